import Foundation
import RialtoPluginHost
import RialtoText

/// Languages that a project can be written in.
enum PluginLanguage: String, CaseIterable {
    case c, cpp, python, rust, swift

    /// Folders of PluginAPI that a project takes with it, and where to.
    func vendored(_ source: PluginSource) -> [(from: String, to: String)] {
        kit(source) + [("schemas", "vendor/schemas")]
    }

    private func kit(_ source: PluginSource) -> [(from: String, to: String)] {
        let headers = [
            ("CRialto/include/rialto", "vendor/include/rialto"),
            ("c/include/rialto", "vendor/include/rialto"),
            ("link/exports.map", "vendor/exports.map"),
        ]
        switch self {
        case .c: return headers
        case .cpp: return headers + [("cpp/include/rialto", "vendor/include/rialto")]
        case .python:
            return headers + [
                ("python/rialto", "vendor/rialto"), ("python/bridge", "vendor/bridge"),
            ]
        case .rust:
            return [
                ("rust/rialto/src", "vendor/rialto/src"),
                ("rust/rialto/Cargo.toml", "vendor/rialto/Cargo.toml"),
                ("CRialto/include/rialto", "vendor/include/rialto"),
            ]
        case .swift:
            let parts = ["Package.swift", "link"] + source.swiftTargets
            return parts.map { ($0, "vendor/PluginAPI/" + $0) }
        }
    }

    /// The file that its author changes first.
    func source(_ id: PluginId) -> String {
        switch self {
        case .c: id.snake + ".c"
        case .cpp: id.snake + ".cpp"
        case .python: id.snake + ".py"
        case .rust: "src/lib.rs"
        case .swift: "Sources/Mine.swift"
        }
    }
}

/// The installation's PluginAPI: templates, headers and kits.
struct PluginSource {
    let path: String

    /// Finds it: as given, or in a folder above the program, or beside it in `share`.
    static func find(_ given: String?) throws(HouseMessage) -> PluginSource {
        var candidates = given.map { [$0] } ?? []
        if given == nil, let program = Executable.folder {
            let above = (1...4).map { program + String(repeating: "/..", count: $0) + "/PluginAPI" }
            candidates = above + [program + "/../share/rialto/PluginAPI"]
        }
        for path in candidates where isComplete(path) {
            return PluginSource(path: URL(filePath: path).standardizedFileURL.path)
        }
        throw HouseMessage(
            "no PluginAPI folder was found\(given.map { " at " + $0 } ?? " near the program")",
            help: "give the folder of this installation: --api FOLDER, or set RIALTO_PLUGIN_API")
    }

    /// Folders of the targets that its package file names: SwiftPM refuses one without them.
    var swiftTargets: [String] {
        let text = (try? String(contentsOfFile: path + "/Package.swift", encoding: .utf8)) ?? ""
        var folders: [String] = []
        for match in text.matches(of: /path: "([A-Za-z]+)"/) {
            let folder = String(match.1)
            if !folders.contains(folder) { folders.append(folder) }
        }
        return folders
    }

    private static func isComplete(_ path: String) -> Bool {
        ["/CRialto/include/rialto/rialto.h", "/templates"].allSatisfy {
            FileManager.default.fileExists(atPath: path + $0)
        }
    }
}

/// A plugin project that is to be written.
struct PluginProject {
    let id: PluginId
    let kind: PluginKind
    let language: PluginLanguage
    let source: PluginSource

    /// Writes the project: all of it, or nothing.
    func write(to folder: String) throws(HouseMessage) {
        let templates = source.path + "/templates/"
        let own = templates + language.rawValue + "/" + kind.rawValue
        guard FileManager.default.fileExists(atPath: own) else {
            throw HouseMessage(
                "there is no template for \(kind.rawValue == "exchange" ? "an" : "a") "
                    + "\(kind.rawValue) in \(language.rawValue)",
                details: [.init("folder", templates)],
                help: "give the PluginAPI folder of a whole installation: --api FOLDER")
        }
        guard !FileManager.default.fileExists(atPath: folder) else {
            throw HouseMessage(
                "cannot write the project: \(folder) exists", help: "give a new folder: --to FOLDER"
            )
        }
        let draft = folder + ".partial-\(ProcessInfo.processInfo.processIdentifier)"
        do {
            for part in [templates + "any", templates + language.rawValue + "/any", own] {
                try fill(part, into: draft)
            }
            for (from, to) in language.vendored(source) {
                try copy(source.path + "/" + from, to: draft + "/" + to)
            }
            let record = ProjectRecord(
                id: id.text, kind: kind.rawValue, language: language.rawValue,
                host: HostABI.version, files: try ProjectFiles.digests(draft))
            try record.write(to: draft)
            try FileManager.default.moveItem(atPath: draft, toPath: folder)
            try noteCommands(in: folder)
        } catch {
            try? FileManager.default.removeItem(atPath: draft)
            throw HouseMessage(
                "cannot write the project: \(error.localizedDescription)",
                details: [.init("folder", folder)], help: "give another folder: --to FOLDER")
        }
    }

    /// How C and C++ are compiled, for editors. It names the folder, so it is no part of what is
    /// kept: each build writes it anew.
    private func noteCommands(in folder: String) throws {
        let words = ["c": ("cc", "-std=c11"), "cpp": ("c++", "-std=c++17")]
        guard let (compiler, standard) = words[language.rawValue] else { return }
        let home = URL(filePath: folder).standardizedFileURL.path
        let commands = ["", "_test"].map { "\(id.snake)\($0).\(language.rawValue)" }.map { file in
            JSON.object([
                .init("directory", .text(home)), .init("file", .text(file)),
                .init(
                    "arguments",
                    .list(
                        [
                            compiler, standard, "-Wall", "-Wextra", "-Wpedantic",
                            "-Ivendor/include", "-c", file,
                        ].map(JSON.text))),
            ])
        }
        try JSON.list(commands).lines.write(
            toFile: folder + "/compile_commands.json", atomically: false, encoding: .utf8)
    }

    /// Copies a template, with its placeholders filled in.
    private func fill(_ template: String, into target: String) throws {
        let files = FileManager.default
        for path in try files.subpathsOfDirectory(atPath: template).sorted() {
            var isFolder: ObjCBool = false
            let from = template + "/" + path, to = target + "/" + filled(path)
            guard files.fileExists(atPath: from, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            try makeFolder(of: to)
            let text = try String(contentsOfFile: from, encoding: .utf8)
            try filled(text).write(toFile: to, atomically: false, encoding: .utf8)
            guard text.hasPrefix("#!") else { continue }
            try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: to)
        }
    }

    private func filled(_ text: String) -> String {
        [
            "id": id.text, "name": id.name, "snake": id.snake, "module": id.module,
            "kind": kind.rawValue, "source": "`\(language.source(id))`",
        ].reduce(text) { $0.replacingOccurrences(of: "{{\($1.key)}}", with: $1.value) }
    }

    /// Copies a file, or what is in a folder, beside what is there already.
    private func copy(_ from: String, to: String) throws {
        let files = FileManager.default
        var isFolder: ObjCBool = false
        guard files.fileExists(atPath: from, isDirectory: &isFolder), isFolder.boolValue else {
            try makeFolder(of: to)
            return try files.copyItem(atPath: from, toPath: to)
        }
        for name in try files.contentsOfDirectory(atPath: from).sorted()
        where !name.hasPrefix(".") && name != "__pycache__" {
            try copy(from + "/" + name, to: to + "/" + name)
        }
    }

    private func makeFolder(of file: String) throws {
        let folder = URL(filePath: file).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
}
