import RialtoPluginHost
import RialtoText
import RialtoValidator

/// `rialto plugin validate`: what everyone asks of a plugin before it is run or listed.
enum ValidateCommand {
    static var command: Command {
        Command(
            "validate", "check a plugin library by every named check",
            discussion:
                "None of its code runs in this program: each check that needs it has a sandboxed "
                + "process of\nits own. Exit status 1 when a check failed. rialto explain V07 "
                + "says more of a check.",
            arguments: [Argument("file", .file([".so"]), "the library")],
            options: [
                Option(
                    "without", .text("V07,..."), "leave these checks out; the results say so",
                    repeats: true),
                Option(
                    "seed", .integer(0...Int.max), "of the calls of V46", standard: "1"),
                Option(
                    "calls", .integer(1...100_000_000), "how many calls V46 generates",
                    standard: "2000"),
                Option(
                    "previous", .file([".so"]), "a former version, whose state V43 hands over",
                    repeats: true),
                Option("rebuilt", .file([".so"]), "a second build, which V10 compares"),
                Option("soak", .integer(1...10_000), "minutes that V34 runs on"),
                Option("certificate", .file([".json"]), "write the results with digests here"),
                Option("sign", .text("KEYFILE"), "sign the certificate with this key"),
            ],
            examples: [
                Example("rialto plugin validate libmine.so", "all checks"),
                Example(
                    "rialto plugin validate libmine.so --seed 7 --calls 100000",
                    "other generated calls, and more"),
                Example(
                    "rialto plugin validate libmine.so --without V09 --certificate mine.json",
                    "all but one, and a file that says so"),
            ]
        ) { invocation, console in
            let settings = try settings()
            let signing = invocation.text("sign")
            if let signing { try checkSigning(signing, invocation.text("certificate")) }
            let validation = try Validation(
                path: invocation.required("file"),
                without: try excluded(invocation.texts("without")),
                scope: scope(invocation), settings: settings)
            print(validation, to: console)
            if let target = invocation.text("certificate") {
                let line =
                    if let signing { try validation.certificate(signedBy: .read(signing)) } else {
                        validation.certificate.line
                    }
                try TextFile.write(Array((line + "\n").utf8), to: target)
            }
            return validation.hasPassed ? .done : .failed
        }
    }

    private static func settings() throws(HouseMessage) -> WorkerSettings {
        do throws(WorkerFault) { return try PluginProbe.standardSettings() } catch {
            throw HouseMessage(
                error.reason, help: "build it: swift build -c release --product rialto-probe")
        }
    }

    /// What is wrong with a key is said before the checks are made.
    private static func checkSigning(_ key: String, _ target: String?) throws(HouseMessage) {
        guard target != nil else {
            throw HouseMessage(
                "--sign has nothing to sign", help: "name the file: --certificate OUT",
                cause: .calledWrongly)
        }
        _ = try SigningKey.read(key)
    }

    private static func scope(_ invocation: Invocation) -> Scope {
        var scope = Scope()
        scope.generated = GeneratedCalls(
            seed: UInt64(invocation.integer("seed") ?? 1),
            count: UInt64(invocation.integer("calls") ?? 2000))
        scope.previous = invocation.texts("previous")
        scope.rebuilt = invocation.text("rebuilt")
        scope.soak_minutes = invocation.integer("soak") ?? 0
        return scope
    }

    private static func excluded(_ lists: [String]) throws(HouseMessage) -> Set<Int> {
        var numbers: Set<Int> = []
        for name in lists.flatMap({ $0.split(separator: ",").map(String.init) }) {
            numbers.insert(try check(name).number)
        }
        return numbers
    }

    /// The check of a name.
    static func check(_ name: String) throws(HouseMessage) -> Check {
        guard let check = Check.named(name) else {
            throw HouseMessage(
                "check \(name) is not known, known are "
                    + Check.all.map(\.name).joined(separator: " "),
                help: "list them with: rialto explain", cause: .calledWrongly)
        }
        return check
    }

    private static func print(_ validation: Validation, to console: Console) {
        for result in validation.results {
            let tone: Console.Tone =
                switch result.outcome {
                case .passed: .good
                case .failed: .bad
                case .skipped: .faint
                }
            let title = result.check.title, finding = Cell.printable(result.outcome.finding)
            console.line("\(result.outcome.word)  \(result.check.name)  \(title)", tone)
            console.line("           \(finding)")
            console.json(result.json)
        }
        let failed = validation.results.filter { $0.outcome.word == "fail" }.map(\.check.name)
        console.line()
        console.line(
            "\(validation.count("pass")) passed, \(failed.count) failed, "
                + "\(validation.count("skip")) skipped"
                + (failed.isEmpty ? "" : ": " + failed.joined(separator: " ")))
        console.line("sha256 \(validation.digest)", .faint)
        if !failed.isEmpty {
            console.note("help: rialto explain \(failed[0])")
        }
    }
}
