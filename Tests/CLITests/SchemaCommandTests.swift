import Foundation
import RialtoCLI
import Testing

private let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

/// Checks files against a schema with Python's jsonschema, once as YAML has typed them and once as
/// texts alone. Prints what is wrong; ends with 3 where a module is missing.
private let checker = """
    import json, sys
    try:
        import jsonschema, yaml
    except ImportError:
        sys.exit(3)
    class Loader(yaml.SafeLoader): pass
    Loader.yaml_implicit_resolvers = {
        key: [(tag, pattern) for tag, pattern in values if not tag.endswith(':timestamp')]
        for key, values in yaml.SafeLoader.yaml_implicit_resolvers.items()}
    schema = json.load(open(sys.argv[1]))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    wrong = 0
    for path in sys.argv[2:]:
        loaders = [Loader] if path.endswith('.json') else [Loader, yaml.BaseLoader]
        for loader in loaders:
            for error in validator.iter_errors(yaml.load(open(path), loader)):
                wrong += 1
                print(path, error.json_path, error.message)
    sys.exit(1 if wrong else 0)
    """

private func python(_ words: [String]) throws -> (status: Int32, output: String) {
    let process = Process(), pipe = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", checker] + words
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
}

private func rialto(_ words: [String]) -> (status: CommandStatus, out: String) {
    let page = Page()
    let status = Program.run(
        words, root: Program.root, environment: [:], console: page.console())
    return (status, page.out)
}

private let hasChecker = (try? python([root + "/PluginAPI/schemas/run.schema.json"]).status) == 0

/// Files of the project that end in `ending`.
private func files(_ ending: String, below folder: String) -> [String] {
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: root + "/" + folder)) ?? []
    return paths.filter { $0.hasSuffix(ending) }.map { root + "/" + folder + "/" + $0 }.sorted()
}

@Suite struct `The schemas` {
    @Test(arguments: ["run", "manifest"])
    func `in the repository are those that rialto schema prints`(format: String) throws {
        let printed = rialto(["schema", format]).out
        let kept = try String(
            contentsOfFile: root + "/PluginAPI/schemas/\(format).schema.json", encoding: .utf8)
        #expect(
            printed == kept, "rialto schema \(format) > PluginAPI/schemas/\(format).schema.json")
    }

    @Test func `are named in the first line of every example run file`() throws {
        let examples = files("backtest.yaml", below: "Plugins") + files(".yaml", below: "Host")
        #expect(examples.count > 5)
        for example in examples {
            let text = try String(contentsOfFile: example, encoding: .utf8)
            let line = text.split(separator: "\n").first ?? ""
            let name = line.split(separator: "=").last.map(String.init) ?? ""
            #expect(line.hasPrefix("# yaml-language-server: $schema="), "\(example)")
            let folder = (example as NSString).deletingLastPathComponent
            #expect(FileManager.default.fileExists(atPath: folder + "/" + name), "\(example)")
        }
    }

    @Test(.enabled(if: hasChecker, "python3 has no jsonschema and yaml"))
    func `accept every example run file and every bundled manifest`() throws {
        let examples = files("backtest.yaml", below: "Plugins") + files(".yaml", below: "Host")
        let runs = try python([root + "/PluginAPI/schemas/run.schema.json"] + examples)
        #expect(runs.status == 0, "\(runs.output)")
        let manifests =
            files("/manifest.json", below: ".build/plugins")
            + files("/manifest.json", below: "Tests/ABITests/Museum")
        #expect(manifests.count >= 4)
        let made = try python([root + "/PluginAPI/schemas/manifest.schema.json"] + manifests)
        #expect(made.status == 0, "\(made.output)")
    }

    @Test(
        .enabled(if: hasChecker, "python3 has no jsonschema and yaml"),
        arguments: [
            ("sed: 7", "sed"), ("seed: -1", "seed"), ("batch_limit: 5000", "batch_limit"),
            ("equity_interval: 5 days", "equity_interval"), ("from: yesterday", "from"),
            ("venue: { fee_bps: { maker: 0.1234567 } }", "fee_bps.maker"),
            ("venue: { fill: { queue: fair } }", "fill.queue"),
            ("instruments: []", "instruments"), ("instruments: [{ kind: bars }]", "name"),
        ])
    func `refuse what rialto check refuses`(line: String, place: String) throws {
        let path = NSTemporaryDirectory() + "rialto-schema-\(UUID().uuidString).yaml"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let rest = "accounts: [{ id: main, equity: 1000 }]\n"
        try (line + "\n" + rest).write(toFile: path, atomically: false, encoding: .utf8)
        let schema = root + "/PluginAPI/schemas/run.schema.json"
        let found = try python([schema, path])
        #expect(found.status == 1 && found.output.contains(place), "\(line): \(found.output)")
        #expect(rialto(["check", path]).status != .done)
        try rest.write(toFile: path, atomically: false, encoding: .utf8)
        #expect(try python([schema, path]).status == 0)
    }
}
