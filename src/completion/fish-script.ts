// The script for fish. fish takes what the function prints literally, and quotes what it inserts.

export const fishScript = `# fish completion for kubectl-oidc, made by "kubectl-oidc completion fish".
function __kubectl_oidc_choices
    set -l typed (commandline -opc)
    set -e typed[1]
    set -l current (commandline -ct)
    # Choices come without the flag; fish wants the whole word.
    set -l flag (string match -r -- '^-[^=]*=' $current)
    for line in (kubectl-oidc __complete $typed "$current" 2>/dev/null)
        if test "$line" = ':0'
            for path in (__fish_complete_path (string replace -- "$flag" '' $current))
                printf '%s\\n' "$flag$path"
            end
        else if not string match -qr '^:[0-9]+$' -- $line
            printf '%s\\n' "$flag$line"
        end
    end
end
complete -c kubectl-oidc -f -a '(__kubectl_oidc_choices)'
`;
