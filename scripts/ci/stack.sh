#!/usr/bin/env bash
# Runs one command of a stack, and hands on what came of it as the step's outputs: outcome (ok, clean, drifted, failed)
# and report, what the command printed. Fails as the command does; drift is a finding and no failure.
# Environment: COMMAND (preview, up, drift), STACK, PULUMI_BACKEND_URL, and GitHub's own.
set -euo pipefail

# A comment has at most 65536 characters, an environment variable at most 128 KiB.
REPORT_BYTES=60000
# The engine's exit code for changes that --expect-no-changes did not expect.
NOT_AS_EXPECTED=7

printed=$(mktemp)

run() {
  case "$COMMAND" in
    preview) ./holdfast preview --stack "$STACK" ;;
    up) ./holdfast up --stack "$STACK" --yes ;;
    drift)
      # Several hosts that are gone are to be shown; pulumi itself refuses to make them anew at once.
      HOLDFAST_ONE_BY_ONE=yes pulumi preview --stack "$STACK" --refresh --expect-no-changes \
        --diff --non-interactive --color never --suppress-permalink true
      ;;
    *)
      echo "no such command: $COMMAND" >&2
      return 2
      ;;
  esac
}

pulumi login "$PULUMI_BACKEND_URL"
code=0
run 2>&1 | tee "$printed" || code=$?

case "$COMMAND:$code" in
  drift:0) outcome=clean ;;
  "drift:$NOT_AS_EXPECTED") outcome=drifted ;;
  *:0) outcome=ok ;;
  *) outcome=failed ;;
esac

# Its end says most. A character that was cut in two goes.
report=$(tail -c "$REPORT_BYTES" "$printed" | iconv -c -f UTF-8 -t UTF-8 || true)
[[ $(stat -c %s "$printed") -le $REPORT_BYTES ]] || report="… (the beginning is in the run)"$'\n'"$report"

# Whatever was printed cannot end a value whose end nobody could know.
end="end-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
{
  echo "outcome=$outcome"
  printf 'report<<%s\n%s\n%s\n' "$end" "$report" "$end"
} >> "$GITHUB_OUTPUT"
printf '### %s of %s: %s\n\n~~~~~~~~diff\n%s\n~~~~~~~~\n' "$COMMAND" "$STACK" "$outcome" "$report" >> "$GITHUB_STEP_SUMMARY"

[[ $outcome != failed ]] || exit "$code"
