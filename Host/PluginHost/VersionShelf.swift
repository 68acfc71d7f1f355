import Foundation
import Glibc

/// A version of a package that has run a whole run without a fault, as it is kept.
package struct KeptVersion: Equatable, Sendable {
    package let manifest: Manifest
    /// When it first ran well, in Unix nanoseconds UTC.
    package let firstRan_ns: Int64
    /// When it last ran well, in Unix nanoseconds UTC.
    package let ranWell_ns: Int64
    /// Where it lies.
    package let folder: String

    /// ``Manifest/digest`` of the package.
    package var digest: String { manifest.digest }

    /// The version of a plugin of it; empty when it holds no such plugin.
    package func version(of id: String) -> String {
        manifest.plugins.first { $0.id == id }?.version ?? ""
    }
}

/// The folder of the versions that ran well: each package under its digest, whole. Any thread, any
/// number of programs at once.
package struct VersionShelf: Equatable, Sendable {
    /// Most versions that are kept of one plugin.
    package static let versionsMax = 5
    /// Most bytes of all packages.
    package static let bytesMax = 1 << 30
    /// Largest package that is kept, in bytes: one with the libraries of an interpreter fits.
    package static let packageMax = 256 << 20
    private static let markName = "ran-well"

    package let folder: String

    /// - Parameter folder: Made when the first version is kept.
    package init(_ folder: String) { self.folder = folder }

    /// What is kept, the version that ran well last first. Nothing is verified yet.
    package func list() -> [KeptVersion] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { !$0.hasPrefix(".") }.compactMap { name in
            let place = folder + "/" + name
            guard let manifest = (try? Manifest.read(folder: place)) ?? nil,
                manifest.digest == name, let times_ns = Self.times_ns(place)
            else { return nil }
            return KeptVersion(
                manifest: manifest, firstRan_ns: times_ns.first, ranWell_ns: times_ns.last,
                folder: place)
        }.sorted { ($0.ranWell_ns, $0.digest) > ($1.ranWell_ns, $1.digest) }
    }

    /// A kept version, with every byte of it compared with its digest.
    ///
    /// - Throws: ``PluginError`` where it is not there, was altered, or others may write to it.
    package func file(_ digest: String, of plugin: String) throws(PluginError) -> PluginFile {
        guard let kept = list().first(where: { $0.digest == digest }) else {
            throw PluginError(plugin, .notKept(digest: digest))
        }
        for path in [folder, kept.folder] {
            var facts = stat()
            guard stat(path, &facts) == 0, facts.st_mode & (S_IWGRP | S_IWOTH) == 0,
                facts.st_uid == geteuid() || facts.st_uid == 0
            else { throw PluginError(path, .writableByOthers) }
        }
        do throws(PluginError) {
            let file = try PluginFile(folder: kept.folder)
            guard file.manifest.digest == digest else {
                throw PluginError(
                    kept.folder, .digest(found: file.manifest.digest, expected: digest))
            }
            return file
        } catch { throw PluginError(kept.folder, .keptAltered(error.reason)) }
    }

    // MARK: Keeping

    /// Keeps the package of `source`, or that it ran well again, and makes room.
    ///
    /// - Parameters:
    ///   - digest: That it must have still.
    ///   - pinned: Digests that are never removed.
    /// - Returns: Whether it is kept.
    @discardableResult
    package func keep(
        _ source: String, digest: String, at time_ns: Int64, pinned: Set<String> = []
    ) -> Bool {
        let place = folder + "/" + digest
        if access(place + "/" + Self.markName, F_OK) != 0 {
            guard copy(source, digest: digest, to: place) else { return false }
        }
        guard mark(place, time_ns) else { return false }
        makeRoom(keeping: pinned.union([digest]))
        return true
    }

    /// All of it, or nothing.
    private func copy(_ source: String, digest: String, to place: String) -> Bool {
        let files = FileManager.default
        guard let manifest = (try? Manifest.read(folder: source)) ?? nil,
            manifest.digest == digest, Self.size(manifest, source) <= Self.packageMax
        else { return false }
        let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
        try? files.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: mode)
        removeDrafts()
        let draft = folder + "/.partial-\(getpid())-" + digest
        defer { try? files.removeItem(atPath: draft) }
        let names = Self.names(manifest)
        guard !names.contains(where: { $0.split(separator: "/").contains("..") }) else {
            return false
        }
        for name in names {
            let target = URL(fileURLWithPath: draft + "/" + name)
            do {
                try files.createDirectory(
                    at: target.deletingLastPathComponent(), withIntermediateDirectories: true,
                    attributes: mode)
                try Data(contentsOf: URL(fileURLWithPath: source + "/" + name)).write(to: target)
                try files.setAttributes([.posixPermissions: 0o400], ofItemAtPath: target.path)
            } catch { return false }
        }
        // What was altered since it ran is not what ran well.
        guard let copied = try? PluginFile(folder: draft), copied.manifest.digest == digest else {
            return false
        }
        return rename(draft, place) == 0 || access(place, F_OK) == 0
    }

    private func mark(_ place: String, _ time_ns: Int64) -> Bool {
        let path = URL(fileURLWithPath: place + "/" + Self.markName)
        let text = "\(Self.times_ns(place)?.first ?? time_ns) \(time_ns)"
        return (try? Data(text.utf8).write(to: path, options: .atomic)) != nil
    }

    /// When a version first and last ran well; nil when that is not known.
    private static func times_ns(_ place: String) -> (first: Int64, last: Int64)? {
        let data = FileManager.default.contents(atPath: place + "/" + markName)
        let times = (data.map { String(decoding: $0, as: UTF8.self) } ?? "")
            .split(separator: " ").compactMap { Int64($0) }
        return times.count == 2 ? (times[0], times[1]) : nil
    }

    /// Removes versions beyond the bounds, those first that ran well longest ago.
    private func makeRoom(keeping kept: Set<String>) {
        var counts: [String: Int] = [:], bytes = 0
        for version in list() {
            bytes += Self.size(version.manifest, version.folder)
            var isNeeded = false
            for plugin in version.manifest.plugins {
                counts[plugin.id, default: 0] += 1
                if counts[plugin.id, default: 0] <= Self.versionsMax { isNeeded = true }
            }
            guard !kept.contains(version.digest), !isNeeded || bytes > Self.bytesMax else {
                continue
            }
            bytes -= Self.size(version.manifest, version.folder)
            try? FileManager.default.removeItem(atPath: version.folder)
        }
    }

    /// Drafts of programs that are gone.
    private func removeDrafts() {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: folder)) ?? []
        where name.hasPrefix(".partial-") {
            let owner = name.dropFirst(9).prefix { $0 != "-" }
            guard let id = pid_t(owner), kill(id, 0) != 0, errno == ESRCH else { continue }
            try? files.removeItem(atPath: folder + "/" + name)
        }
    }

    private static func names(_ manifest: Manifest) -> [String] {
        [Manifest.fileName, manifest.file] + (manifest.files ?? [:]).keys.sorted()
    }

    private static func size(_ manifest: Manifest, _ folder: String) -> Int {
        names(manifest).reduce(0) { sum, name in
            var facts = stat()
            return stat(folder + "/" + name, &facts) == 0 ? sum + Int(facts.st_size) : sum
        }
    }
}
