import Foundation
import RialtoPluginHost
import RialtoTestSupport
import RialtoValues
import Testing

/// One line of `Museum/exhibits.txt`.
struct Exhibit: Sendable, CustomTestStringConvertible {
    let folder: String
    let id: String
    let sha256: String
    /// Of all that it answers to ``MuseumMarket``.
    let answers: String

    var path: String { Project.root + "/Tests/ABITests/Museum/" + folder }
    var testDescription: String { folder }

    /// Every exhibit, in the order in which they were added.
    static let all: [Exhibit] = {
        let lines = (try? Project.lines("Tests/ABITests/Museum/exhibits.txt")) ?? []
        return lines.map { $0.split(separator: " ").map(String.init) }.filter { $0.count == 4 }
            .map { Exhibit(folder: $0[0], id: $0[1], sha256: $0[2], answers: $0[3]) }
    }()

    fileprivate func request() -> InstanceRequest {
        let crosses = id.contains("sma-cross")
        return InstanceRequest(
            pluginId: id, parameters: crosses ? [("fast", "3"), ("slow", "8")] : [],
            instruments: [MuseumMarket.instrument], indices: [0], seed: 1)
    }

    /// What the host answers where it cannot load it: a library in Swift of another compiler.
    fileprivate func refusal() throws -> String? {
        let bytes = try #require(FileManager.default.contents(atPath: path + "/plugin.so"))
        let note = try ELFNote.read([UInt8](bytes))
        guard note.language == "swift", note.compiler != HostABI.compiler else { return nil }
        return note.compiler
    }
}

#if arch(x86_64)
    private let isOpen = true
#else
    private let isOpen = false
#endif

@Suite(.enabled(if: isOpen, "the museum's libraries are for x86-64"))
struct `The museum` {
    @Test func `lists every exhibit once, and each is as it was`() throws {
        let root = Project.root + "/Tests/ABITests/Museum"
        let rooms = try FileManager.default.subpathsOfDirectory(atPath: root)
            .filter { $0.hasSuffix("/plugin.so") }.map { String($0.dropLast("/plugin.so".count)) }
        #expect(rooms.sorted() == Exhibit.all.map(\.folder).sorted())
        #expect(Exhibit.all.count >= 4)
        for exhibit in Exhibit.all {
            let summed = try Project.run("sha256sum", exhibit.path + "/plugin.so").output
            #expect(summed.hasPrefix(exhibit.sha256), "\(exhibit.folder) was changed")
            let files = try FileManager.default.contentsOfDirectory(atPath: exhibit.path)
            #expect(Set(files).isSuperset(of: ["BUILD", "manifest.json"]), "\(exhibit.folder)")
            #expect(files.count > 3, "\(exhibit.folder) has no source")
        }
    }

    @Test(arguments: Exhibit.all)
    func `hears the same answers in process and in the sandbox, as on the first day`(
        _ exhibit: Exhibit
    ) throws {
        if let compiler = try exhibit.refusal() {
            let reason = try #require(openingFails(exhibit.path))
            #expect(reason.contains(compiler) && reason.contains(HostABI.compiler), "\(reason)")
            return
        }
        let library = try PluginLibrary(folder: exhibit.path)
        let file = try PluginFile(folder: exhibit.path)
        let isModel = library.manifest.plugins[0].kind == .model
        for rows in [1, 64, 500] {
            var open = MuseumMarket(rows: rows), walled = MuseumMarket(rows: rows)
            if isModel {
                try open.play(ModelInstance(library, exhibit.request()))
                try walled.play(SandboxedModel(file, exhibit.request(), WorkerSettings()))
            } else {
                try open.play(StrategyInstance(library, exhibit.request()))
                try walled.play(SandboxedStrategy(file, exhibit.request(), WorkerSettings()))
            }
            #expect(open.answers > 20, "\(exhibit.folder) hardly says anything")
            #expect(open.digest == exhibit.answers, "\(exhibit.folder), \(rows) rows")
            #expect(walled.digest == exhibit.answers, "\(exhibit.folder), \(rows) rows, sandbox")
        }
    }
}

/// Why the library in `folder` cannot be opened; nil when it can.
func openingFails(_ folder: String) -> String? {
    do throws(PluginError) {
        _ = try PluginLibrary(folder: folder)
        return nil
    } catch { return error.reason }
}
