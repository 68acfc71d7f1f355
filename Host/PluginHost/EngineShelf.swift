import CRialto
import CRialtoDraft
import CWorker
import Foundation
import Glibc

/// A large library of others that plugins compute with, installed by the operator.
package struct Engine: Equatable, Sendable {
    /// Such as `lightgbm`.
    package let id: String
    /// Such as `4.7.0`.
    package let version: String
    /// Of its library, absolute.
    package let path: String
}

/// The table beside an engine's library, `engine.json`.
private struct EngineTable: Decodable {
    let engine: Int
    let id: String
    let version: String
    let library: String
    let files: [String: String]
}

/// Where engines are installed: a folder for each, with its table and the files that this lists.
package struct EngineShelf: Sendable {
    /// Folders that are searched, first to last.
    package let paths: [String]

    package init(paths: [String]) { self.paths = paths }

    /// As RIALTO_ENGINES says; else beside the program, and in the home folder.
    package static var standard: EngineShelf {
        if let set = getenv("RIALTO_ENGINES") { return EngineShelf(paths: [String(cString: set)]) }
        let near = ["/../engines", "/../../engines", "/../lib/rialto/engines"]
        let beside = WorkerSettings.ownFolders.flatMap { folder in near.map { folder + $0 } }
        let home = getenv("HOME").map { [String(cString: $0) + "/.rialto/engines"] } ?? []
        return EngineShelf(paths: beside + home)
    }

    /// Those of `ids` that are installed; a library learns which are not when it asks.
    ///
    /// - Throws: ``PluginError`` when one is not what its table says.
    package func engines(_ ids: [String]) throws(PluginError) -> [Engine] {
        var found: [Engine] = []
        for id in ids {
            guard Self.isName(id) else {
                throw PluginError(id, .badManifest("\"\(id.prefix(40))\" names no engine"))
            }
            if let engine = try engine(id) { found.append(engine) }
        }
        return found
    }

    /// An engine by its name; nil when it is not installed.
    package func engine(_ id: String) throws(PluginError) -> Engine? {
        for path in paths {
            guard let data = FileManager.default.contents(atPath: "\(path)/\(id)/engine.json")
            else { continue }
            return try Self.checked(data, id, "\(path)/\(id)")
        }
        return nil
    }

    /// Whether a text is lower case letters and digits, 1...32 of them.
    static func isName(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
    }

    private static func checked(
        _ data: Data, _ id: String, _ folder: String
    ) throws(PluginError) -> Engine {
        guard let table = try? JSONDecoder().decode(EngineTable.self, from: data),
            table.engine == 1, table.id == id, table.files[table.library] != nil,
            table.files.count <= 16, !table.version.contains(":"),
            table.files.keys.allSatisfy({ !$0.split(separator: "/").contains("..") })
        else { throw PluginError(folder, .engine("its engine.json is no table of \(id)")) }
        for (path, digest) in table.files.sorted(by: { $0.key < $1.key }) {
            let file = folder + "/" + path
            guard
                let data = try? Data(contentsOf: URL(fileURLWithPath: file), options: .alwaysMapped)
            else { throw PluginError(file, .engine("the file cannot be read")) }
            guard data.withUnsafeBytes({ SHA256.hex($0) }) == digest else {
                throw PluginError(file, .engine("its SHA-256 is not the table's"))
            }
        }
        let place = URL(fileURLWithPath: folder).standardizedFileURL.path
        return Engine(id: id, version: table.version, path: place + "/" + table.library)
    }
}

/// Engines that are loaded in this process. They stay mapped until it ends.
package struct LoadedEngines: Sendable {
    private let handles: [String: (version: String, handle: Int)]

    /// None.
    package static let none = LoadedEngines()

    private init() { handles = [:] }

    /// Loads engines whose digests were checked.
    ///
    /// - Throws: ``PluginError`` with the linker's reason.
    package init(_ engines: [Engine]) throws(PluginError) {
        var handles: [String: (version: String, handle: Int)] = [:]
        for engine in engines {
            guard let handle = dlopen(engine.path, RTLD_NOW | RTLD_LOCAL | Int32(RTLD_NODELETE))
            else { throw PluginError(engine.path, .engine(String(cString: dlerror()))) }
            handles[engine.id] = (engine.version, Int(bitPattern: handle))
        }
        self.handles = handles
    }

    /// The version of an engine; nil when it is not there.
    package func version(_ id: String) -> String? { handles[id]?.version }

    /// The address of a function; nil when the engine is not there or has none of that name.
    package func symbol(_ id: String, _ name: String) -> UnsafeMutableRawPointer? {
        guard let handle = handles[id]?.handle else { return nil }
        return dlsym(UnsafeMutableRawPointer(bitPattern: handle), name)
    }
}

extension PluginLibrary {
    /// Engines that the plugins of a library name, without repetition.
    static func engineNames(_ library: UnsafePointer<rialto_library_t>) -> [String] {
        var names: [String] = []
        for index in 0..<library.pointee.plugin_count {
            guard let ask = rialto_plugin_read(library, index).get_extension else { continue }
            let table = withTemporaryText(RIALTO_ENGINES_ID) { ask($0) }
            guard let table = table?.assumingMemoryBound(to: rialto_engine_names_t.self),
                Int(table.pointee.struct_size) >= MemoryLayout<rialto_engine_names_t>.size,
                let first = table.pointee.names
            else { continue }
            let count = min(table.pointee.count, RIALTO_ENGINES_MAX)
            names += (0..<Int(count)).map { String(first[$0]) }
        }
        return Array(Set(names)).sorted()
    }
}

/// Calls `body` with `text` as the contract passes it.
func withTemporaryText<Result>(_ text: String, _ body: (rialto_text_t) -> Result) -> Result {
    var text = text
    return text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) {
            body(rialto_text_t(data: $0.baseAddress, size: UInt64($0.count)))
        }
    }
}
