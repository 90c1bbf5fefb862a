#!/usr/bin/env bash
# Keeps one issue for a stack while it drifts: opens it, rewrites it each night, closes it when all is as configured. What
# could not be found out changes nothing; that run is red.
# Environment: STACK, OUTCOME, REPORT, RUN_URL, GH_TOKEN, GITHUB_REPOSITORY.
set -euo pipefail

title="The stack $STACK is not as configured"
number=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues?state=open&per_page=100" \
  | jq -rs --arg title "$title" \
    '[.[][] | select(.pull_request == null and .user.login == "github-actions[bot]" and .title == $title)]
      | first | .number // empty')

case "$OUTCOME" in
  drifted)
    body=$(mktemp)
    printf '%s\n\n~~~~~~~~diff\n%s\n~~~~~~~~\n[The run](%s), of %s\n\n%s\n' \
      "Something in the account is not what the program says, or the program says more than the last update did:" \
      "$REPORT" "$RUN_URL" "$(date -u '+%Y-%m-%d %H:%M UTC')" \
      "An update puts it back: the workflow update, or \`./holdfast up --stack $STACK\`. What is wanted goes into \`Pulumi.$STACK.yaml\`." > "$body"
    if [[ -n $number ]]; then
      gh issue edit "$number" --repo "$GITHUB_REPOSITORY" --body-file "$body"
    else
      gh issue create --repo "$GITHUB_REPOSITORY" --title "$title" --body-file "$body"
    fi
    ;;
  clean)
    [[ -z $number ]] || gh issue close "$number" --repo "$GITHUB_REPOSITORY" --comment "Gone: $RUN_URL"
    ;;
esac
