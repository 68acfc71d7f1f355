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

    package init(_ folders: PluginFolders, tier: PluginTier) {
        self.folders = folders
        self.tier = tier
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
        let folder = try folders.folder(of: id)
        if let read = files[folder] { return read }
        let file = try PluginFile(folder: folder)
        if let entry = settings?.quarantine?.entry(file.manifest.digest) {
            throw PluginError(id, .quarantined(entry))
        }
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
