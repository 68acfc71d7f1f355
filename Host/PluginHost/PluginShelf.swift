import RialtoValues

/// Where the plugins of a run live.
package enum PluginTier: Sendable {
    /// In the host's own process.
    case inProcess
    /// Each instance in a sandboxed worker of its own.
    case sandboxed(WorkerSettings)
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
        if case .sandboxed(let settings) = tier { settings } else { nil }
    }

    /// Makes a strategy. Returns it with its library's manifest.
    package mutating func strategy(
        _ request: InstanceRequest
    ) throws(PluginError) -> (instance: any RunningStrategy, manifest: Manifest) {
        switch tier {
        case .inProcess:
            let library = try library(of: request.pluginId)
            return (try StrategyInstance(library, request), library.manifest)
        case .sandboxed(let settings):
            let file = try file(of: request.pluginId)
            return (try SandboxedStrategy(file, request, settings, market: market), file.manifest)
        }
    }

    /// Makes a model. Returns it with its library's manifest.
    package mutating func model(
        _ request: InstanceRequest
    ) throws(PluginError) -> (instance: any RunningModel, manifest: Manifest) {
        switch tier {
        case .inProcess:
            let library = try library(of: request.pluginId)
            return (try ModelInstance(library, request), library.manifest)
        case .sandboxed(let settings):
            let file = try file(of: request.pluginId)
            return (try SandboxedModel(file, request, settings, market: market), file.manifest)
        }
    }

    /// Makes an exchange, always in process: its contract is still a draft.
    package mutating func exchange(
        _ request: InstanceRequest
    ) throws(PluginError) -> (instance: ExchangeInstance, manifest: Manifest) {
        let library = try library(of: request.pluginId)
        return (try ExchangeInstance(library, request), library.manifest)
    }

    private mutating func file(of id: String) throws(PluginError) -> PluginFile {
        let folder = try folders.folder(of: id)
        if let read = files[folder] { return read }
        let file = try PluginFile(folder: folder)
        files[folder] = file
        return file
    }

    private mutating func library(of id: String) throws(PluginError) -> PluginLibrary {
        let file = try file(of: id)
        if let open = libraries[file.path] { return open }
        let library = try PluginLibrary(file)
        libraries[file.path] = library
        return library
    }
}
