import Foundation
import RialtoPluginHost
import RialtoTestSupport
import RialtoValues
import Testing

/// A host by the versions of the contract that it speaks.
enum TestedHost: String, CaseIterable, Sendable {
    case older, equal, newer, nextMajor, nextMajorOnly

    var abi: HostABI {
        switch self {
        case .older: HostABI(majorMin: 0, majorMax: 0, minor: 0)
        case .equal: HostABI(majorMin: 0, majorMax: 0, minor: 2)
        case .newer: HostABI(majorMin: 0, majorMax: 0, minor: 7)
        case .nextMajor: HostABI(majorMin: 0, majorMax: 1, minor: 0)
        case .nextMajorOnly: HostABI(majorMin: 1, majorMax: 1, minor: 0)
        }
    }
}

/// A plugin by what its note and its tables say, as macros of `C/negotiator.c`.
struct TestedPlugin: Sendable, CustomTestStringConvertible {
    let name: String
    var macros: [String] = []
    /// How it is answered in every host that speaks its major and minor; nil loads.
    var refusal: String?
    /// What its note says.
    var major = 0
    var minor = 1

    var testDescription: String { name }

    static let all: [TestedPlugin] = [
        TestedPlugin(name: "older", macros: ["NOTE_MINOR=0"], minor: 0),
        TestedPlugin(name: "equal"),
        TestedPlugin(name: "newer, and needs it", macros: ["NOTE_MINOR=9"], minor: 9),
        TestedPlugin(
            name: "newer, and needs nothing new",
            macros: [
                "NOTE_MINOR=0", "MINOR=9", "LIBRARY_SIZE=64", "PLUGIN_SIZE=200",
                "PARAMETER_SIZE=256", "NEED_SIZE=40",
            ], minor: 0),
        TestedPlugin(name: "of another major", macros: ["NOTE_MAJOR=9"], major: 9),
        TestedPlugin(
            name: "of another major than its note", macros: ["SPEAKS=9"],
            refusal: "its entry refused with -7: this plugin speaks another major"),
        TestedPlugin(
            name: "with a table of a major that was not asked for", macros: ["TABLE_MAJOR=9"],
            refusal: "it speaks ABI major 9 to 9, this host"),
        TestedPlugin(
            name: "that gives nothing", macros: ["NOTHING"],
            refusal: "its table is not valid: no library was given"),
        TestedPlugin(
            name: "of garbage size", macros: ["LIBRARY_SIZE=0xDEADBEEF"],
            refusal: "struct_size of the library is 3735928559, allowed is 24...65536"),
        TestedPlugin(
            name: "smaller than the first", macros: ["LIBRARY_SIZE=16"],
            refusal: "struct_size of the library is 16, allowed is 24...65536"),
        TestedPlugin(
            name: "with a plugin smaller than the first", macros: ["PLUGIN_SIZE=128"],
            refusal: "plugin 0 is incomplete"),
        TestedPlugin(
            name: "with a plugin of garbage size", macros: ["PLUGIN_SIZE=0xDEADBEEF"],
            refusal: "plugin 0 is incomplete"),
        TestedPlugin(
            name: "with parameters smaller than the first", macros: ["PARAMETER_SIZE=232"],
            refusal: "struct_size of a parameter of plugin 0 is 232, allowed is 240...65536"),
        TestedPlugin(
            name: "with parameters between two", macros: ["PARAMETER_SIZE=244"],
            refusal: "struct_size of a parameter of plugin 0 is 244, allowed is 240...65536"),
        TestedPlugin(
            name: "with parameters of garbage size", macros: ["PARAMETER_SIZE=0xFFFFFFF8u"],
            refusal: "of plugin 0 is 4294967288, allowed is 240...65536"),
        TestedPlugin(
            name: "with needs smaller than the first", macros: ["NEED_SIZE=16"],
            refusal: "struct_size of a need is 16, allowed is 24...65536"),
        TestedPlugin(
            name: "with needs of garbage size", macros: ["NEED_SIZE=0xFFFFFFF8u"],
            refusal: "struct_size of a need is 4294967288, allowed is 24...65536"),
        TestedPlugin(
            name: "as large as can be", macros: ["LIBRARY_SIZE=8184", "PLUGIN_SIZE=8184"]),
    ]

    /// What a host answers; nil loads it.
    func answer(of host: HostABI) -> String? {
        if major > host.majorMax || major < host.majorMin {
            return "it speaks ABI major \(major) to \(major), this host \(host.majorMin) to "
        }
        if major == host.majorMax, minor > host.minor {
            return "it needs ABI \(major).\(minor) or later, this host speaks 0.\(host.minor)"
        }
        // A host of both majors has its own say before the plugin's code has.
        return refusal
    }
}

/// The tested plugins, built once, each with a manifest that says of it what is true of `equal`.
private final class Negotiators: Sendable {
    static let built = Result { () throws in try Negotiators() }
    let scratch: ScratchFolder

    private init() throws {
        let scratch = try ScratchFolder()
        self.scratch = scratch
        let model = try Self.build(
            TestedPlugin(name: "model", macros: ["NOTE_MINOR=0"]), "model", scratch.path)
        try writeManifest(of: model)
        let text = try String(
            contentsOfFile: scratch.path + "/model/manifest.json", encoding: .utf8)
        let digest = try Self.digest(model)
        for (index, plugin) in TestedPlugin.all.enumerated() {
            let library = try Self.build(plugin, "\(index)", scratch.path)
            try scratch.write(
                text.replacingOccurrences(of: digest, with: try Self.digest(library))
                    .replacingOccurrences(of: "model.so", with: "\(index).so"),
                to: "\(index)/manifest.json")
        }
    }

    private static func build(
        _ plugin: TestedPlugin, _ name: String, _ folder: String
    ) throws -> String {
        let home = folder + "/" + name
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        let library = home + "/\(name).so"
        let built = try runProgram(
            ["cc", "-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared"]
                + ["-fvisibility=hidden", "-I", Project.headers] + plugin.macros.map { "-D" + $0 }
                + [Project.root + "/Tests/ABITests/C/negotiator.c", "-o", library])
        guard built.status == 0 else { throw BuildFailure(output: built.output) }
        return library
    }

    private static func digest(_ path: String) throws -> String {
        String(try runProgram(["sha256sum", path]).output.prefix(64))
    }

    func folder(_ plugin: TestedPlugin) throws -> String {
        let index = try #require(TestedPlugin.all.firstIndex { $0.name == plugin.name })
        return scratch.path + "/\(index)"
    }
}

/// Makes an instance; returns the needs that the host read of it, or why it was refused.
private func make(
    _ body: () throws(PluginError) -> any RunningStrategy
) -> (needs: [InstanceNeed], parameters: [String], reason: String?) {
    do throws(PluginError) {
        let strategy = try body()
        return (strategy.needs.needs, strategy.description.parameters.map(\.name), nil)
    } catch { return ([], [], error.reason) }
}

@Suite struct `Host and plugin` {
    private let request = InstanceRequest(
        pluginId: "org.rialto.test.negotiator", parameters: [],
        instruments: [MuseumMarket.instrument], indices: [0], seed: 1)

    @Test(arguments: TestedHost.allCases, TestedPlugin.all)
    func `agree, or say what each speaks, in both tiers alike`(
        host: TestedHost, plugin: TestedPlugin
    ) throws {
        let folder = try Negotiators.built.get().folder(plugin)
        let abi = host.abi, expected = plugin.answer(of: abi)
        let open = make { () throws(PluginError) in
            try StrategyInstance(PluginLibrary(folder: folder, abi: abi), request)
        }
        let walled = make { () throws(PluginError) in
            var settings = WorkerSettings()
            settings.abi = abi
            return try SandboxedStrategy(PluginFile(folder: folder, abi: abi), request, settings)
        }
        for found in [open, walled] {
            if let expected {
                #expect(found.reason?.contains(expected) == true, "\(found.reason ?? "it loads")")
            } else {
                #expect(found.reason == nil)
                #expect(found.needs.map(\.historyRows) == [7, 7])
                #expect(found.parameters == ["first", "second", "third"])
            }
        }
        #expect(open.reason == walled.reason)
    }
}
