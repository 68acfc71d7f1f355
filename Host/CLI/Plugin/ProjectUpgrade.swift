import Foundation
import RialtoPluginHost
import RialtoText

/// What an upgrade does with one file of a project.
struct UpgradeStep: Equatable {
    enum Action: String {
        /// It was not there.
        case add
        /// It is as it was written, or a copy of the contract: the new one takes its place.
        case replace
        /// Its author changed it: the new one is written beside it, as `NAME.new`.
        case beside
        /// A copy that the contract no longer has.
        case remove
    }

    let action: Action
    let path: String
    let reason: String
}

/// Brings an author's project up to this installation, and leaves alone what the author wrote.
struct ProjectUpgrade {
    let folder: String
    let record: ProjectRecord
    /// Whether the project has a record of its own; otherwise all that is known was found in it.
    let isRecorded: Bool
    let source: PluginSource

    /// Finds out what project lies in `folder`.
    init(_ folder: String, source: PluginSource) throws(HouseMessage) {
        self.folder = folder
        self.source = source
        if let record = ProjectRecord.read(folder: folder) {
            self.record = record
            isRecorded = true
        } else {
            record = try Self.guess(folder)
            isRecorded = false
        }
    }

    /// ABI version of the project's headers, and of the installation's.
    func versions() throws(HouseMessage) -> (project: HeaderVersion, host: HeaderVersion) {
        let path = language == .swift ? "vendor/PluginAPI/CRialto/include" : "vendor/include"
        return (
            try HeaderVersion(folder + "/" + path),
            try HeaderVersion(source.path + "/CRialto/include")
        )
    }

    private var language: PluginLanguage { PluginLanguage(rawValue: record.language) ?? .c }

    /// What is to be done, by path. Writes the new project into `draft`.
    func plan(_ draft: String) throws(HouseMessage) -> [UpgradeStep] {
        let id = try PluginId(record.id)
        let project = PluginProject(
            id: id, kind: PluginKind(rawValue: record.kind) ?? .strategy, language: language,
            source: source)
        try project.write(to: draft)
        do {
            let new = try ProjectFiles.digests(draft).filter { ProjectFiles.isOurs($0.key) }
            let old = try ProjectFiles.digests(folder).filter { ProjectFiles.isOurs($0.key) }
            return Set(new.keys).union(old.keys).sorted().compactMap { path in
                step(path, old[path], new[path])
            }
        } catch {
            throw HouseMessage(
                "cannot read the project: \(error.localizedDescription)",
                details: [.init("folder", folder)], help: "name the folder of a plugin's project")
        }
    }

    private func step(_ path: String, _ old: String?, _ new: String?) -> UpgradeStep? {
        let written = record.files[path], isCopy = path.hasPrefix("vendor/")
        guard let new else {
            // Only a copy that is as it was written goes; what else lies there is the author's.
            guard isCopy, let old, old == written else { return nil }
            return UpgradeStep(action: .remove, path: path, reason: "the contract has no such file")
        }
        guard let old else { return UpgradeStep(action: .add, path: path, reason: "new") }
        // What has not changed since it was written, or was offered before, is no news.
        guard old != new, record.offered?[path] != new, isCopy || written != new else {
            return nil
        }
        if old == written || (isCopy && !isRecorded) {
            return UpgradeStep(action: .replace, path: path, reason: "older than this host's")
        }
        let reason =
            isRecorded ? "changed by hand" : "perhaps changed by hand: the project has no record"
        return UpgradeStep(action: .beside, path: path, reason: reason)
    }

    /// Does what was planned, and notes it in the project's record.
    func apply(_ steps: [UpgradeStep], from draft: String) throws(HouseMessage) {
        let files = FileManager.default
        var record = record
        do {
            if !isRecorded, steps.contains(where: { $0.path.hasPrefix("vendor/") }) {
                try files.copyItem(atPath: folder + "/vendor", toPath: folder + "/vendor.old")
            }
            for step in steps {
                let target = folder + "/" + step.path + (step.action == .beside ? ".new" : "")
                if files.fileExists(atPath: target) { try files.removeItem(atPath: target) }
                record.files[step.path] = nil
                guard step.action != .remove else { continue }
                try files.createDirectory(
                    at: URL(filePath: target).deletingLastPathComponent(),
                    withIntermediateDirectories: true)
                try files.copyItem(atPath: draft + "/" + step.path, toPath: target)
            }
            record.host = HostABI.version
            let new = try ProjectFiles.digests(draft)
            for step in steps where step.action == .beside {
                record.offered = record.offered ?? [:]
                record.offered?[step.path] = new[step.path]
            }
            for (path, digest) in try ProjectFiles.digests(folder) where new[path] == digest {
                record.files[path] = digest
            }
            try record.write(to: folder)
        } catch {
            throw HouseMessage(
                "cannot upgrade the project: \(error.localizedDescription)",
                details: [.init("folder", folder)],
                help: "what was done so far is whole files; run it again when that is mended")
        }
    }

    // MARK: Projects without a record

    private static func guess(_ folder: String) throws(HouseMessage) -> ProjectRecord {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let language: PluginLanguage? =
            names.contains("Package.swift")
            ? .swift
            : names.contains("Cargo.toml")
                ? .rust
                : names.contains { $0.hasSuffix(".cpp") }
                    ? .cpp : names.contains { $0.hasSuffix(".c") } ? .c : nil
        guard let language, names.contains("vendor"), let id = id(in: folder) else {
            throw HouseMessage(
                "\(folder) holds no plugin project",
                details: [
                    .init(
                        "found", names.isEmpty ? "nothing" : names.sorted().joined(separator: " ")),
                    .init("needed", "a vendor folder, and a source that writes the plugin's note"),
                ], help: "name the folder that rialto plugin new wrote, or start one there")
        }
        return ProjectRecord(
            id: id, kind: PluginKind.strategy.rawValue, language: language.rawValue,
            host: "before 0.1.0", files: [:])
    }

    /// The id in the first note that a source of the project writes.
    private static func id(in folder: String) -> String? {
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        let mark = /(?i)(?:write_note|rialto_plugin|export.)\s*[({]\s*"([a-z0-9.-]+)"/
        for path in paths.sorted() where !path.hasPrefix("vendor") {
            guard [".c", ".cpp", ".hpp", ".rs"].contains(where: path.hasSuffix),
                let text = try? String(contentsOfFile: folder + "/" + path, encoding: .utf8),
                let found = text.firstMatch(of: mark)
            else { continue }
            return String(found.1)
        }
        return nil
    }
}

/// The version of the contract that some headers are of.
struct HeaderVersion: Comparable, CustomStringConvertible {
    let major: UInt32
    let minor: UInt32

    /// - Parameter include: The folder that holds `rialto/base.h`.
    init(_ include: String) throws(HouseMessage) {
        let file = include + "/rialto/base.h"
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        let major = text.firstMatch(of: /#define RIALTO_ABI_MAJOR ([0-9]+)/)
        let minor = text.firstMatch(of: /#define RIALTO_ABI_MINOR ([0-9]+)/)
        guard let major = major.flatMap({ UInt32($0.1) }),
            let minor = minor.flatMap({ UInt32($0.1) })
        else {
            throw HouseMessage(
                "\(file) does not say which version of the contract it is of",
                help: "give back the project's vendor folder, or start a new project")
        }
        (self.major, self.minor) = (major, minor)
    }

    static func < (a: HeaderVersion, b: HeaderVersion) -> Bool {
        (a.major, a.minor) < (b.major, b.minor)
    }

    var description: String { "\(major).\(minor)" }
}
