import CRialto
import CWorker
import Foundation

/// A plugin library that was opened in process. It stays mapped until the process ends.
package final class PluginLibrary {
    package let manifest: Manifest
    package let path: String
    /// What its plugins compute with.
    let engines: LoadedEngines
    private let table: UnsafePointer<rialto_library_t>

    /// Opens the library beside `manifest.json` in `folder`, after its digest and note were
    /// checked.
    package convenience init(
        folder: String, abi: HostABI = .current
    ) throws(PluginError) {
        try self.init(PluginFile(folder: folder, abi: abi), abi: abi)
    }

    /// - Parameter abi: Versions of the contract that the plugin is told.
    package convenience init(_ file: PluginFile, abi: HostABI = .current) throws(PluginError) {
        try self.init(file, isSealed: false, abi)
    }

    /// Opens exactly the bytes whose digest was taken, whatever has become of the file since.
    package convenience init(sealed file: PluginFile) throws(PluginError) {
        try self.init(file, isSealed: true, .current)
    }

    /// What needs more than a process gives runs in workers alone.
    private static func checkProfile(_ file: PluginFile) throws(PluginError) {
        if let profile = file.manifest.profile {
            throw PluginError(file.path, .inProcess(profile))
        }
    }

    private init(_ file: PluginFile, isSealed: Bool, _ abi: HostABI) throws(PluginError) {
        try Self.checkProfile(file)
        manifest = file.manifest
        path = file.path
        engines = try LoadedEngines(file.comesWith.engines)
        let name = try LinkerNames.name(
            of: file.bytes, sha256: file.manifest.sha256, at: path, isSealed: isSealed)
        table = try PluginLibrary.load(name, abi, path)
        let described = PluginLibrary.descriptions(table)
        guard described == manifest.plugins else {
            throw PluginError(
                path,
                .noteDiffers(
                    field: "plugins", note: described.map(\.id).joined(separator: " "),
                    manifest: manifest.plugins.map(\.id).joined(separator: " ")))
        }
    }

    /// Makes the manifest of a library from the library itself, which is loaded to do so.
    package static func describe(_ path: String) throws(PluginError) -> Manifest {
        let bytes = try bytes(path), note = try note(bytes, path)
        try checkABI(note, .current, path)
        let sha256 = SHA256.hex(bytes)
        let table = try load(
            LinkerNames.name(of: bytes, sha256: sha256, at: path, isSealed: false), .current, path)
        let plugins = descriptions(table), engines = engineNames(table)
        guard let first = plugins.first, first.id == note.id else {
            throw PluginError(
                path,
                .noteDiffers(
                    field: "id", note: note.id, manifest: plugins.first?.id ?? "no plugin"))
        }
        guard first.version == note.version else {
            throw PluginError(
                path,
                .noteDiffers(
                    field: "version", note: note.version, manifest: first.version))
        }
        let home = (path as NSString).deletingLastPathComponent
        let folder = home.isEmpty ? "." : home
        let files = try PluginPackage.digests(home: folder)
        let profile: PluginProfile? = note.language == "python" ? .python : nil
        let preload =
            profile == nil && files.isEmpty
            ? [] : PluginPackage.preload(of: bytes, home: folder, files: files.keys.sorted())
        return Manifest(
            manifest: 1, file: (path as NSString).lastPathComponent, sha256: sha256,
            abiMajorMin: note.abiMajorMin, abiMajorMax: note.abiMajorMax, abiMinor: note.abiMinor,
            language: note.language, compiler: note.compiler, plugins: plugins, profile: profile,
            preload: preload.isEmpty ? nil : preload, engines: engines.isEmpty ? nil : engines,
            files: files.isEmpty ? nil : files)
    }

    /// Reads what a library in `folder` offers without running its code; the digest is checked.
    package static func inspect(folder: String) throws(PluginError) -> Manifest {
        try PluginFile(folder: folder).manifest
    }

    // MARK: Checks before any code runs

    static func bytes(_ path: String) throws(PluginError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw PluginError(path, .unreadable)
        }
        return [UInt8](data)
    }

    static func note(_ bytes: [UInt8], _ path: String) throws(PluginError) -> PluginNote {
        do throws(NoteError) { return try ELFNote.read(bytes) } catch {
            throw PluginError(path, .note(error))
        }
    }

    private static func checkABI(
        _ note: PluginNote, _ abi: HostABI, _ path: String
    ) throws(PluginError) {
        guard abi.speaks(note.abiMajorMin, note.abiMajorMax) else {
            throw PluginError(
                path, .abi(min: note.abiMajorMin, max: note.abiMajorMax, host: abi))
        }
        guard note.abiMajorMax != abi.majorMax || note.abiMinor <= abi.minor else {
            throw PluginError(
                path, .minor(major: abi.majorMax, needed: note.abiMinor, host: abi))
        }
        guard note.language != "swift" || note.compiler == HostABI.compiler else {
            throw PluginError(
                path, .compiler(found: note.compiler, expected: HostABI.compiler))
        }
    }

    static func check(
        _ note: PluginNote, against manifest: Manifest, _ abi: HostABI, _ path: String
    )
        throws(PluginError)
    {
        try checkABI(note, abi, path)
        let first = manifest.plugins.first
        for (field, found, said) in [
            ("id", note.id, first?.id ?? ""), ("version", note.version, first?.version ?? ""),
            ("language", note.language, manifest.language),
        ] where found != said {
            throw PluginError(path, .noteDiffers(field: field, note: found, manifest: said))
        }
    }

    // MARK: Loading

    private static func load(
        _ name: String, _ abi: HostABI, _ path: String
    ) throws(PluginError) -> UnsafePointer<rialto_library_t> {
        guard let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL | Int32(RTLD_NODELETE)) else {
            throw PluginError(path, .load(String(cString: dlerror())))
        }
        guard let symbol = dlsym(handle, "rialto_plugin_entry") else {
            throw PluginError(path, .noEntry)
        }
        typealias Entry =
            @convention(c) (
                UnsafePointer<rialto_host_t>?,
                UnsafeMutablePointer<UnsafePointer<rialto_library_t>?>?,
                UnsafeMutablePointer<rialto_error_t>?
            ) -> rialto_result
        return try call(unsafeBitCast(symbol, to: Entry.self), abi, path)
    }

    private static func call(
        _ entry:
            @convention(c) (
                UnsafePointer<rialto_host_t>?,
                UnsafeMutablePointer<UnsafePointer<rialto_library_t>?>?,
                UnsafeMutablePointer<rialto_error_t>?
            ) -> rialto_result, _ abi: HostABI, _ path: String
    ) throws(PluginError) -> UnsafePointer<rialto_library_t> {
        var host = rialto_host_t()
        host.struct_size = UInt32(MemoryLayout<rialto_host_t>.size)
        host.abi_major_min = abi.majorMin
        host.abi_major_max = abi.majorMax
        host.abi_minor = abi.minor
        var library: UnsafePointer<rialto_library_t>?
        var failure = rialto_error_t()
        failure.struct_size = UInt32(MemoryLayout<rialto_error_t>.size)
        let name = Array("Rialto".utf8CString), version = Array(HostABI.version.utf8CString)
        let result = name.withUnsafeBufferPointer { name in
            version.withUnsafeBufferPointer { version in
                host.name = rialto_text_t(data: name.baseAddress, size: UInt64(name.count - 1))
                host.version = rialto_text_t(
                    data: version.baseAddress, size: UInt64(version.count - 1))
                return entry(&host, &library, &failure)
            }
        }
        guard result == RIALTO_OK else {
            throw PluginError(path, .entry(code: result, text: failure.message))
        }
        try validate(library, abi, path)
        guard let library else { throw PluginError(path, .badTable("no library was given")) }
        return library
    }

    /// Looks at a library as a worker does with the one it has opened.
    private static func validate(
        _ library: UnsafePointer<rialto_library_t>?, _ abi: HostABI, _ path: String
    ) throws(PluginError) {
        var failure = rialto_error_t()
        switch rialto_library_check(library, abi.majorMin, abi.majorMax, &failure) {
        case RIALTO_OK: return
        case RIALTO_ERROR_ABI:
            let major = UInt32(bitPattern: failure.code)
            throw PluginError(path, .abi(min: major, max: major, host: abi))
        default: throw PluginError(path, .badTable(failure.message))
        }
    }

    private static func descriptions(
        _ library: UnsafePointer<rialto_library_t>
    ) -> [PluginDescription] {
        (0..<library.pointee.plugin_count).map { index in
            let plugin = rialto_plugin_read(library, index)
            return PluginDescription(
                id: String(plugin.id), kind: PluginKind.allCases[Int(plugin.kind) - 1],
                version: String(plugin.version), name: String(plugin.name),
                summary: String(plugin.summary), author: String(plugin.author),
                license: String(plugin.license),
                parameters: parameters(plugin).map(ParameterDefinition.init),
                requests: requests(plugin))
        }
    }

    private static func parameters(_ plugin: rialto_plugin_t) -> [rialto_parameter_t] {
        guard let first = plugin.parameters, plugin.parameter_count > 0 else { return [] }
        let stride = Int(first.pointee.struct_size)
        let size = min(stride, MemoryLayout<rialto_parameter_t>.size)
        return (0..<Int(plugin.parameter_count)).map { index in
            var parameter = rialto_parameter_t()
            memcpy(&parameter, UnsafeRawPointer(first) + index * stride, size)
            return parameter
        }
    }

    // MARK: Plugins

    /// The plugin's own table and its description.
    func plugin(
        _ id: String, kind: PluginKind
    ) throws(PluginError)
        -> (table: UnsafePointer<rialto_plugin_t>, description: PluginDescription)
    {
        let index = try manifest.index(of: id, kind: kind, path)
        guard let pointer = table.pointee.plugins?[index] else {
            throw PluginError(path, .badTable("plugin \(index) is incomplete"))
        }
        return (pointer, manifest.plugins[index])
    }
}

/// A library whose digest and note were checked, before any of its code runs.
package struct PluginFile {
    package let manifest: Manifest
    package let path: String
    /// Where it lies.
    let folder: String
    /// The file as it was when its digest was taken.
    let bytes: [UInt8]
    /// What it comes with.
    let comesWith: PluginPackage

    /// Reads the library beside `manifest.json` in `folder`.
    package init(folder: String, abi: HostABI = .current) throws(PluginError) {
        guard let manifest = try Manifest.read(folder: folder) else {
            throw PluginError(folder, .noManifest)
        }
        self.manifest = manifest
        self.folder = folder
        path = folder + "/" + manifest.file
        bytes = try PluginLibrary.bytes(path)
        let digest = SHA256.hex(bytes)
        guard digest == manifest.sha256 else {
            throw PluginError(path, .digest(found: digest, expected: manifest.sha256))
        }
        try PluginLibrary.check(
            try PluginLibrary.note(bytes, path), against: manifest, abi, path)
        comesWith = try PluginPackage(manifest, home: folder)
    }
}

extension Manifest {
    /// Place of a plugin of one kind among those of the library at `path`.
    func index(of id: String, kind: PluginKind, _ path: String) throws(PluginError) -> Int {
        guard let index = plugins.firstIndex(where: { $0.id == id }) else {
            throw PluginError(
                path, .missingPlugin(id: id, known: plugins.map(\.id), undescribed: []))
        }
        guard plugins[index].kind == kind else {
            throw PluginError(
                path, .wrongKind(id: id, found: plugins[index].kind, expected: kind))
        }
        return index
    }
}

extension rialto_error_t {
    /// The text, up to its zero.
    var message: String {
        withUnsafeBytes(of: text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

/// One entry of the search path: a library that can be used, or the reason why not.
package struct FoundPlugin: Sendable {
    package let folder: String
    package let result: Result<Manifest, PluginError>
}

/// Where plugins are looked for, in order.
package struct PluginFolders: Sendable {
    package let paths: [String]

    package init(paths: [String]) { self.paths = paths }

    /// Every library found, by folder: a folder of the path that holds a manifest, or its
    /// subfolders. A folder with a library and no manifest is found too, and cannot be used.
    package func list() -> [FoundPlugin] {
        var seen: Set<String> = []
        return paths.flatMap(candidates).filter { seen.insert($0).inserted }.map { folder in
            do throws(PluginError) {
                return FoundPlugin(
                    folder: folder, result: .success(try PluginLibrary.inspect(folder: folder)))
            } catch {
                return FoundPlugin(folder: folder, result: .failure(error))
            }
        }
    }

    private func candidates(_ path: String) -> [String] {
        let files = FileManager.default
        if files.fileExists(atPath: path + "/" + Manifest.fileName) { return [path] }
        func names(_ folder: String) -> [String] {
            (try? files.contentsOfDirectory(atPath: folder)) ?? []
        }
        func holdsLibrary(_ folder: String) -> Bool {
            names(folder).contains { $0.hasSuffix(".so") }
        }
        let below = names(path).sorted().map { path + "/" + $0 }.filter { folder in
            files.fileExists(atPath: folder + "/" + Manifest.fileName) || holdsLibrary(folder)
        }
        return (holdsLibrary(path) ? [path] : []) + below
    }

    /// The folder of the first usable library that offers plugin `id`.
    package func folder(of id: String) throws(PluginError) -> String {
        var known: [String] = [], unknown: [String] = []
        for found in list() {
            switch found.result {
            case .success(let manifest):
                if manifest.plugins.contains(where: { $0.id == id }) { return found.folder }
                known += manifest.plugins.map(\.id)
            case .failure(let error):
                if error.cause == .noManifest { unknown.append(found.folder) }
                if (try? Manifest.read(folder: found.folder))?.plugins.contains(where: {
                    $0.id == id
                }) == true {
                    throw error
                }
            }
        }
        throw PluginError(
            id, .missingPlugin(id: id, known: known.sorted(), undescribed: unknown))
    }
}
