import RialtoConfiguration
import RialtoText

/// `rialto check RUN.yaml`: everything that is wrong with a run file, before anything runs.
package enum CheckCommand {
    /// What else must hold, once the file itself is right: data and plugins that it names.
    package typealias Hook = @Sendable (RunFile) -> [HouseMessage]

    /// - Parameter hooks: Checks that look outside the file; each adds its messages.
    package static func command(hooks: [Hook] = []) -> Command {
        Command(
            "check", "find what is wrong with a run file",
            discussion:
                "Tells every mistake at once, each with its line: unknown keys, values out of "
                + "range,\nnames that do not exist, capital above equity.",
            arguments: [Argument("run", .file([".yaml", ".yml", ".json"]), "the run file")],
            options: [RunOptions.set],
            examples: [Example("rialto check run.yaml --set seed=7", "check with another seed")]
        ) { invocation, console in
            let run = try RunFile.load(
                invocation.required("run"), overrides: invocation.texts("set"))
            let found = hooks.flatMap { $0(run) }
            for message in found { console.report(message) }
            guard found.isEmpty else { return .failed }
            summary(run).print(to: console)
            return .done
        }
    }

    private static func summary(_ run: RunFile) -> Facts {
        let universe = run.universe.map { [(Table.Column("universe"), Cell.integer($0.top))] } ?? []
        return Facts(
            [
                (.init("file"), .text(run.document.file)),
                (.init("status"), .text("correct")),
                (.init("instruments"), .integer(Int64(run.instruments.count))),
                (.init("models"), .integer(Int64(run.models.count))),
                (.init("accounts"), .integer(Int64(run.accounts.count))),
                (
                    .init("strategies"),
                    .integer(Int64(run.accounts.map(\.strategies.count).reduce(0, +)))
                ),
            ] + universe)
    }
}

/// Options shared by the commands that read a run file.
package enum RunOptions {
    package static let set = Option(
        "set", .text("KEY=VALUE"), "use a value in place of the file's, such as seed=7",
        repeats: true)
}
