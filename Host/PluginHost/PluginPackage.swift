import Foundation

/// What a plugin's code is beside machine code; a worker's walls differ by it while it is loaded.
package enum PluginProfile: String, Codable, Equatable, Sendable {
    /// Run by an interpreter inside the library, in a sandboxed worker only.
    case python
}

/// What a library comes with beside its own file, as its manifest says and after it was checked.
struct PluginPackage: Equatable, Sendable {
    /// Nil for machine code.
    let profile: PluginProfile?
    /// Sonames of the runtime, loaded before a worker's walls are up.
    let preload: [String]
    /// Folder with the package's files; nil when it has none.
    let folder: String?
    /// Libraries among them, by path, loaded behind the walls before the plugin's own.
    let libraries: [String]

    /// Engines that its manifest names, as far as they are installed.
    private(set) var engines: [Engine] = []

    /// A library that stands alone.
    static let none = PluginPackage(profile: nil, preload: [], folder: nil, libraries: [])

    /// Folder beside a library whose files belong to it.
    static let folderName = "files"
    /// Most files that a package has.
    private static let filesMax = 20_000
    /// Most bytes of one file.
    private static let sizeMax = 256 << 20

    private init(
        profile: PluginProfile?, preload: [String], folder: String?, libraries: [String]
    ) {
        self.profile = profile
        self.preload = preload
        self.folder = folder
        self.libraries = libraries
    }

    /// Checks what a manifest says of the files beside it.
    ///
    /// - Parameter home: The manifest's folder.
    /// - Throws: ``PluginError`` when a file was altered, is missing or is not listed, or when a
    ///   library of the runtime is none that a plugin may ask for.
    init(_ manifest: Manifest, home: String) throws(PluginError) {
        let files = manifest.files ?? [:]
        let place = URL(fileURLWithPath: home).standardizedFileURL.path + "/" + Self.folderName
        let inside = (manifest.preload ?? []).filter { $0.hasPrefix(Self.folderName + "/") }
        let names = (manifest.preload ?? []).filter { !$0.contains("/") }
        guard inside.count + names.count == manifest.preload?.count ?? 0 else {
            throw PluginError(home, .badManifest("preload has a path that leaves its folder"))
        }
        for name in names where !RuntimeLibraries.isAllowed(name, manifest.profile) {
            throw PluginError(
                home, .badManifest("\(name) is no library that a plugin may ask for"))
        }
        for path in inside where files[path] == nil {
            throw PluginError(home, .badManifest("\(path) is not listed among its files"))
        }
        guard manifest.profile == .python || manifest.language != "python" else {
            throw PluginError(home, .badManifest("it names no profile for a plugin in python"))
        }
        guard manifest.profile == nil || manifest.language == "python" else {
            throw PluginError(
                home, .badManifest("its profile is python and its language \(manifest.language)"))
        }
        try Self.compare(files, with: try Self.digests(home: home), home)
        self.init(
            profile: manifest.profile, preload: names, folder: files.isEmpty ? nil : place,
            libraries: inside.map { place + $0.dropFirst(Self.folderName.count) })
        engines = try EngineShelf.standard.engines(manifest.engines ?? [])
    }

    /// What a library in `home` comes with as it lies there, whether or not a manifest says so.
    init(of library: [UInt8], home: String) {
        let place = URL(fileURLWithPath: home).standardizedFileURL.path
        let folder = place + "/" + Self.folderName
        let inside = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        let profile: PluginProfile? =
            (try? ELFNote.read(library))?.language == "python" ? .python : nil
        // As its manifest would: a library that stands alone has the runtimes of languages only.
        let named = (try? Manifest.read(folder: place))?.engines ?? []
        guard profile != nil || !inside.isEmpty else {
            self = .none
            engines = (try? EngineShelf.standard.engines(named)) ?? []
            return
        }
        let asked = Self.preload(
            of: library, home: place, files: inside.map { Self.folderName + "/" + $0 })
        self.init(
            profile: profile,
            preload: asked.filter { RuntimeLibraries.isAllowed($0, profile) },
            folder: inside.isEmpty ? nil : folder,
            libraries: asked.filter { $0.contains("/") }.map { place + "/" + $0 })
    }

    private static func compare(
        _ listed: [String: String], with found: [String: String], _ home: String
    ) throws(PluginError) {
        for (path, digest) in found.sorted(by: { $0.key < $1.key }) where listed[path] != digest {
            throw PluginError(home + "/" + path, .file(isListed: listed[path] != nil))
        }
        guard let missing = listed.keys.filter({ found[$0] == nil }).min() else { return }
        throw PluginError(home + "/" + missing, .unreadable)
    }

    /// SHA-256 of each file in the folder beside a library, by path from `home`; empty where there
    /// is no such folder. Links are refused: they lead elsewhere.
    static func digests(home: String) throws(PluginError) -> [String: String] {
        let files = FileManager.default, folder = home + "/" + folderName
        guard files.fileExists(atPath: folder) else { return [:] }
        guard let paths = try? files.subpathsOfDirectory(atPath: folder) else {
            throw PluginError(folder, .unreadable)
        }
        guard paths.count <= filesMax else {
            throw PluginError(folder, .badManifest("\(paths.count) files, most are \(filesMax)"))
        }
        var found: [String: String] = [:]
        for path in paths {
            let full = folder + "/" + path
            let facts = try? files.attributesOfItem(atPath: full)
            let type = facts?[.type] as? FileAttributeType
            if type == .typeDirectory { continue }
            guard type == .typeRegular, (facts?[.size] as? Int ?? .max) <= sizeMax,
                let data = files.contents(atPath: full)
            else { throw PluginError(full, .unreadable) }
            found[folderName + "/" + path] = SHA256.hex([UInt8](data))
        }
        return found
    }

    /// What a library in `home` asks for: the package's own libraries by path, those of the runtime
    /// by name.
    static func preload(of library: [UInt8], home: String, files: [String]) -> [String] {
        let byName = Dictionary(
            files.map { (String($0.split(separator: "/").last ?? ""), $0) },
            uniquingKeysWith: { first, _ in first })
        var asked = (try? ELFLibraries.needed(by: library)) ?? []
        let own = asked.compactMap { byName[$0] }
        for path in files where path.contains(".so") {
            guard let data = FileManager.default.contents(atPath: home + "/" + path) else {
                continue
            }
            asked += (try? ELFLibraries.needed(by: [UInt8](data))) ?? []
        }
        let names = Set(asked.filter { byName[$0] == nil }).subtracting(RuntimeLibraries.base)
        return names.sorted() + own.sorted()
    }
}

/// Libraries of the system that a plugin or its files may ask for; the operator's own.
enum RuntimeLibraries {
    /// In every process.
    static let base: Set<String> = [
        "libc.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1",
    ]
    /// Runtimes of languages.
    static let languages: Set<String> = [
        "libswiftCore.so", "libswift_Concurrency.so", "libswift_StringProcessing.so",
        "libswift_RegexParser.so", "libswiftGlibc.so", "libswiftSynchronization.so",
        "libswift_Builtin_float.so", "libgcc_s.so.1", "libstdc++.so.6", "libm.so.6",
    ]
    /// Beside them, for the files of a package.
    private static let others: Set<String> = [
        "libz.so.1", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1",
        "libgomp.so.1", "libatomic.so.1",
    ]

    /// Whether a worker loads a library by its name.
    static func isAllowed(_ name: String, _ profile: PluginProfile?) -> Bool {
        languages.contains(name) || others.contains(name)
            || (profile == .python && pythonVersion(of: name) != nil)
    }

    /// `3.11` of `libpython3.11.so.1.0`; nil for other libraries.
    static func pythonVersion(of name: String) -> String? {
        guard name.hasPrefix("libpython3."), name.hasSuffix(".so.1.0") else { return nil }
        let minor = name.dropFirst("libpython3.".count).dropLast(".so.1.0".count)
        guard (1...2).contains(minor.utf8.count), UInt8(minor) != nil else { return nil }
        return "3." + minor
    }
}
