# shellcheck shell=bash
# Nothing runs yet: each job's own unit calls the program.
validate() { :; }
apply() { :; }
verify() { :; }
