// The script for zsh, to be sourced or put as `_kubectl-oidc` into a folder of $fpath. compadd quotes what it inserts.

export const zshScript = `#compdef kubectl-oidc
# zsh completion for kubectl-oidc, made by "kubectl-oidc completion zsh".
_kubectl-oidc() {
  emulate -L zsh
  local -a typed lines values shown
  local line directive=0 tab=$'\\t'
  (( CURRENT > 2 )) && typed=("\${(@Q)words[2,CURRENT-1]}")
  typed+=("\${(Q)PREFIX}")
  lines=("\${(@f)$(kubectl-oidc __complete "\${(@)typed}" 2>/dev/null)}")
  for line in "\${(@)lines}"; do
    if [[ $line == :<-> ]]; then
      directive=\${line#:}
    elif [[ $line == *$tab* ]]; then
      values+=("\${line%%$tab*}")
      shown+=("\${line%%$tab*}  -- \${line#*$tab}")
    elif [[ -n $line ]]; then
      values+=("$line")
      shown+=("$line")
    fi
  done
  # Choices come without the flag.
  [[ $PREFIX == -*=* ]] && compset -P 1 '*='
  if (( $#values )); then
    compadd -l -d shown -a values
  elif (( (directive & 4) == 0 )); then
    _files
  fi
}
if [[ $funcstack[1] == _kubectl-oidc ]]; then
  _kubectl-oidc "$@"
else
  compdef _kubectl-oidc kubectl-oidc
fi
`;
