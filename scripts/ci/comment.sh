#!/usr/bin/env bash
# Says in a pull request what an update of a stack would do: in one comment, which each later preview rewrites.
# Environment: STACK, OUTCOME, REPORT, PULL_REQUEST, RUN_URL, GH_TOKEN, GITHUB_REPOSITORY.
set -euo pipefail

mark="<!-- holdfast preview of $STACK -->"
case "$OUTCOME" in
  ok) title="What an update of \`$STACK\` would do" ;;
  *) title="\`$STACK\` cannot be updated to this" ;;
esac
body=$(mktemp)
printf '%s\n### %s\n\n~~~~~~~~diff\n%s\n~~~~~~~~\n[The run](%s), of %s\n' \
  "$mark" "$title" "$REPORT" "$RUN_URL" "$(date -u '+%Y-%m-%d %H:%M UTC')" > "$body"

comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
# By this workflow alone: what somebody else wrote is not to be overwritten, whatever it begins with.
id=$(gh api --paginate "$comments?per_page=100" \
  | jq -rs --arg mark "$mark" \
    '[.[][] | select(.user.login == "github-actions[bot]" and (.body | startswith($mark)))] | first | .id // empty')
if [[ -n $id ]]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field "body=@$body"
else
  gh api --silent --method POST "$comments" --field "body=@$body"
fi
