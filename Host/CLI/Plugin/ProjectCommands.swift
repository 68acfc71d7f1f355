import RialtoText

/// `rialto plugin build` and `test`: a project's own programs, whatever its language.
enum ProjectCommands {
    private static let folder = Argument("folder", .folder, "the project, such as .")

    static var build: Command {
        Command(
            "build", "build a plugin project and describe its library",
            discussion:
                "Runs the project's ./build, and writes the manifest of the library that it left "
                + "in out/.\nThe library is loaded to do so: build your own projects only.",
            arguments: [folder],
            examples: [Example("rialto plugin build .", "the project of this folder")]
        ) { invocation, console in
            let project = try DevProject(invocation.required("folder"))
            guard show(project.run("build"), console) else { return .failed }
            guard let library = project.library else {
                throw HouseMessage(
                    "the build left no library in \(project.folder)/out",
                    help: "./build is to write out/libNAME.so")
            }
            try PluginCommand.describe(library).print(to: console)
            return .done
        }
    }

    static var test: Command {
        Command(
            "test", "run the tests of a plugin project",
            discussion: "Runs the project's ./test. Its exit status is the tests'.",
            arguments: [folder],
            examples: [Example("rialto plugin test .", "the project of this folder")]
        ) { invocation, console in
            let project = try DevProject(invocation.required("folder"))
            return show(project.run("test"), console) ? .done : .failed
        }
    }

    /// Prints what a program said. Returns whether it went well.
    private static func show(_ answer: (isDone: Bool, output: String), _ console: Console) -> Bool {
        for line in answer.output.split(separator: "\n") {
            console.note(Cell.printable(String(line)))
        }
        return answer.isDone
    }
}
