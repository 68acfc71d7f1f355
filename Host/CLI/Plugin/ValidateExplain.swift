import RialtoText
import RialtoValidator

/// `rialto explain V07`: why a check is made, what fails it, and what to do.
enum ValidateExplain {
    static var command: Command {
        Command(
            "explain", "say why a check of plugins is made, and how to pass it",
            discussion: "Without a name it lists all checks.",
            arguments: [
                Argument("check", .text("V07"), "name of the check", isRequired: false)
            ],
            examples: [Example("rialto explain V07", "what V07 asks of a plugin")]
        ) { invocation, console in
            guard let name = invocation.text("check") else {
                list.print(to: console)
                return .done
            }
            let check = try ValidateCommand.check(name)
            Facts([
                (.init("check"), .text(check.name)), (.init("asks"), .text(check.title)),
                (.init("stage"), .text(check.stage.rawValue)),
                (.init("reason"), .text(check.reason)),
                (.init("fails"), .text(check.reproduction)), (.init("fix"), .text(check.fix)),
            ]).print(to: console)
            return .done
        }
    }

    private static var list: Table {
        Table(
            ["check", "stage", "a plugin"].map { Table.Column($0) },
            rows: Check.all.map { check in
                [.text(check.name), .text(check.stage.rawValue), .text(check.title)]
            })
    }
}
