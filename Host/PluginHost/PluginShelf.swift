import RialtoValues

/// Where the plugins of a run live.
package enum PluginTier: Sendable {
    /// In the host's own process.
    case inProcess
    /// Each instance in a sandboxed worker of its own, but for those of libraries that an operator
    /// has granted: `granted` are their SHA-256.
    case sandboxed(WorkerSettings, granted: Set<String> = [])
}

/// The libraries of a run, each checked and opened once, and the instances made from them.
package struct PluginShelf {
    private let folders: PluginFolders
    private let tier: PluginTier
    /// What the workers of instances that are made from now on read without a copy.
    package var market: SharedMarket?
    private var files: [String: PluginFile] = [:]
    private var libraries: [String: PluginLibrary] = [:]
    private let versions: VersionChoice
    /// What was taken for each plugin.
    private var chosen: [String: PluginFile] = [:]
    /// Plugins that were not taken from the search path.
    package private(set) var changes: [VersionChange] = []

    /// - Parameter versions: What is taken in place of the search path's.
    package init(_ folders: PluginFolders, tier: PluginTier, versions: VersionChoice = .none) {
        self.folders = folders
        self.tier = tier
        self.versions = versions
    }

    /// The packages that were taken so far, by digest.
    package var taken: [TakenPackage] {
        Dictionary(
            chosen.values.map { ($0.manifest.digest, $0) }, uniquingKeysWith: { first, _ in first }
        ).map { TakenPackage(folder: $1.folder, digest: $0) }.sorted { $0.digest < $1.digest }
    }

    /// How its workers are run; nil in process.
    package var settings: WorkerSettings? {
        if case .sandboxed(let settings, _) = tier { settings } else { nil }
    }

    private var notes: HostNotes { settings.map { HostNotes($0) } ?? .none }

    /// How the workers of a library are run; nil when it runs in process.
    private func settings(of file: PluginFile) -> WorkerSettings? {
        guard case .sandboxed(let settings, let granted) = tier,
            !granted.contains(file.manifest.sha256)
        else { return nil }
        return settings
    }

    /// Makes a strategy. Returns it with its library's manifest.
    package mutating func strategy(
        _ request: InstanceRequest
    ) throws(PluginError) -> (instance: any RunningStrategy, manifest: Manifest) {
        let file = try file(of: request.pluginId)
        if let settings = settings(of: file) {
            return (try SandboxedStrategy(file, request, settings, market: market), file.manifest)
        }
        return (
            try StrategyInstance(try library(file), request, notes: notes), file.manifest
        )
    }

    /// Makes a model. Returns it with its library's manifest.
    package mutating func model(
        _ request: InstanceRequest
    ) throws(PluginError) -> (instance: any RunningModel, manifest: Manifest) {
        let file = try file(of: request.pluginId)
        if let settings = settings(of: file) {
            return (try SandboxedModel(file, request, settings, market: market), file.manifest)
        }
        return (try ModelInstance(try library(file), request, notes: notes), file.manifest)
    }

    /// Makes an exchange. Returns it with its library's manifest.
    package mutating func exchange(
        _ request: InstanceRequest
    ) throws(PluginError) -> (instance: ExchangeInstance, manifest: Manifest) {
        let file = try file(of: request.pluginId)
        if let settings = settings(of: file) {
            return (try ExchangeInstance(file, request, settings), file.manifest)
        }
        return (try ExchangeInstance(try library(file), request), file.manifest)
    }

    private mutating func file(of id: String) throws(PluginError) -> PluginFile {
        if let known = chosen[id] { return known }
        let file = try choose(id)
        chosen[id] = file
        return file
    }

    /// The version that an operator has set a plugin back to, or the search path's, or the last
    /// that ran well in place of one in quarantine where the run allows that.
    private mutating func choose(_ id: String) throws(PluginError) -> PluginFile {
        if let pin = versions.pins[id] {
            guard let shelf = versions.shelf else {
                throw PluginError(id, .notKept(digest: pin.digest))
            }
            let file = try shelf.file(pin.digest, of: id)
            if let entry = entry(of: file) { throw PluginError(id, .quarantined(entry)) }
            note(id, file, pin.reason)
            return file
        }
        let file = try read(try folders.folder(of: id))
        guard let entry = entry(of: file) else { return file }
        guard versions.fallsBack, let good = versions.lastGood(id, settings?.quarantine) else {
            throw PluginError(id, .quarantined(entry))
        }
        note(
            id, good,
            "fell back to the last version that ran well: \(entry.digest) is in quarantine since "
                + UnixTime.text(entry.since_ns))
        return good
    }

    private func entry(of file: PluginFile) -> Quarantined? {
        settings?.quarantine?.entry(file.manifest.digest)
    }

    private mutating func note(_ id: String, _ file: PluginFile, _ reason: String) {
        let version = file.manifest.plugins.first { $0.id == id }?.version ?? ""
        changes.append(
            VersionChange(
                plugin: id, version: version, digest: file.manifest.digest, reason: reason))
    }

    private mutating func read(_ folder: String) throws(PluginError) -> PluginFile {
        if let read = files[folder] { return read }
        let file = try PluginFile(folder: folder)
        files[folder] = file
        return file
    }

    private mutating func library(_ file: PluginFile) throws(PluginError) -> PluginLibrary {
        if let open = libraries[file.path] { return open }
        let library: PluginLibrary
        if case .sandboxed = tier {
            library = try PluginLibrary(sealed: file)
        } else {
            library = try PluginLibrary(file)
        }
        libraries[file.path] = library
        return library
    }
}
