// The script for bash (3.2 and newer, without bash-completion). Words are handed on as they stand and never evaluated.

/** To be sourced. */
export const bashScript = `# bash completion for kubectl-oidc, made by "kubectl-oidc completion bash".
_kubectl_oidc() {
  local IFS=$' \\t\\n' line directive=0 flag='' choices=() words=()
  local typed=\${COMP_LINE:0:COMP_POINT}
  read -ra words <<<"$typed"
  [[ $typed == *[[:space:]] ]] && words+=('')
  local current=\${words[\${#words[@]} - 1]}
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :[0-9]*) directive=\${line#:} ;;
      *) choices+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(kubectl-oidc __complete "\${words[@]:1}" 2>/dev/null)
  # Choices come without the flag of --flag=value.
  [[ $current == -*=* ]] && flag=\${current%%=*}=
  # Readline replaces $2 only: what stands behind the last of its word breaks.
  local kept=\${current%"$2"}
  for line in \${choices[@]+"\${choices[@]}"}; do
    line=$flag$line
    [[ $line == "$current"* ]] || continue
    printf -v line %q "\${line#"$kept"}"
    COMPREPLY+=("$line")
  done
  # bash 3.2 has no compopt, and offers files where there is nothing else.
  ((directive & 4)) && compopt +o default 2>/dev/null
  return 0
}
complete -o default -F _kubectl_oidc kubectl-oidc
`;
