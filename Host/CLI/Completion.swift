/// Completion scripts for shells, made from the commands' definitions.
///
/// The scripts hold all words, so that a press of the tab key starts no program.
package enum Completion {
    package enum Shell: String, CaseIterable, Sendable { case bash, zsh }

    /// Returns a script that the shell sources.
    package static func script(_ shell: Shell, _ root: Command) -> String {
        switch shell {
        case .bash: bash(root)
        case .zsh:
            "#compdef \(root.name)\nautoload -U +X bashcompinit && bashcompinit\n" + bash(root)
        }
    }

    /// One command with the words that lead to it.
    private struct Leaf {
        let path: String
        let command: Command
    }

    private static func leaves(_ command: Command, _ path: [String]) -> [Leaf] {
        [Leaf(path: path.joined(separator: " "), command: command)]
            + command.commands.flatMap { leaves($0, path + [$0.name]) }
    }

    private static func bash(_ root: Command) -> String {
        let all = leaves(root, [root.name])
        let words = all.map { leaf in
            let names =
                leaf.command.commands.map(\.name)
                + leaf.command.options.map { "--" + $0.name }
            return "        '\(leaf.path)') words='\(names.joined(separator: " "))' ;;\n"
        }
        let below = all.flatMap { leaf in
            leaf.command.commands.map { "'\(leaf.path) \($0.name)'" }
        }
        let values = all.flatMap { leaf in
            leaf.command.options.compactMap { option in
                option.kind.map { kind in
                    "        '\(leaf.path) --\(option.name)') \(action(kind)); return ;;\n"
                }
            }
        }
        let loose = all.compactMap { leaf in
            leaf.command.arguments.first.map { "        '\(leaf.path)') \(action($0.kind)) ;;\n" }
        }
        return """
            # Completion of \(root.name), made by: \(root.name) completion
            _\(root.name)() {
                local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
                local path=\(root.name) words='' index
                COMPREPLY=()
                for ((index = 1; index < COMP_CWORD; index++)); do
                    case "$path ${COMP_WORDS[index]}" in
                    \(below.joined(separator: "|"))) path="$path ${COMP_WORDS[index]}" ;;
                    esac
                done
                case "$path $before" in
            \(values.joined())    esac
                case "$path" in
            \(words.joined())    esac
                if [[ $current != -* ]]; then
                    case "$path" in
            \(loose.joined())        esac
                fi
                COMPREPLY+=($(compgen -W "$words" -- "$current"))
            }
            complete -o filenames -F _\(root.name) \(root.name)

            """
    }

    private static func action(_ kind: ValueKind) -> String {
        switch kind {
        case .choice(let words):
            "COMPREPLY=($(compgen -W '\(words.joined(separator: " "))' -- \"$current\"))"
        case .folder: "COMPREPLY=($(compgen -d -- \"$current\"))"
        case .file(let endings) where !endings.isEmpty:
            "COMPREPLY=($(compgen -d -- \"$current\"; "
                + endings.map { "compgen -f -X '!*\($0)' -- \"$current\"" }.joined(separator: "; ")
                + "))"
        case .file: "COMPREPLY=($(compgen -f -- \"$current\"))"
        case .text, .integer: "COMPREPLY=()"
        }
    }
}
