import Foundation
import Glibc
import Synchronization

/// Says in a file which plugin the host itself is inside of, so that after a crash of the host only
/// that one is suspected. The file is memory that outlives the process; its lock does not. Any
/// thread.
package final class Breadcrumbs: Sendable, Equatable {
    /// A plugin that a host was inside of when it ended.
    package struct Suspect: Sendable, Equatable {
        package let plugin: String
        package let sha256: String
        /// ``Manifest/digest`` of its package.
        package let digest: String
        /// Name of its instance in the run.
        package let instance: String
        /// From 1, which of its calls.
        package let call: UInt64
    }

    private static let slotSize = 512
    private static let slots = 128
    private static let textSize = slotSize - 16
    private static let prefix = "inside-"

    private let path: String
    private let descriptor: Int32
    /// Address of the map.
    private let place: UInt
    private let used = Mutex(0)

    /// Makes the file in `folder`; nil where that cannot be.
    package init?(_ folder: String) {
        let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: mode)
        var name = Array((folder + "/" + Self.prefix + "XXXXXX").utf8CString)
        let file = mkstemp(&name)
        guard file >= 0 else { return nil }
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        let path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let size = Self.slotSize * Self.slots
        guard flock(file, LOCK_EX | LOCK_NB) == 0, ftruncate(file, off_t(size)) == 0,
            let map = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0),
            map != MAP_FAILED
        else {
            unlink(path)
            close(file)
            return nil
        }
        self.path = path
        descriptor = file
        place = UInt(bitPattern: map)
    }

    /// A place for one instance; nil when there are too many.
    func slot(plugin: String, _ manifest: Manifest, instance: String) -> BreadcrumbSlot? {
        let index = used.withLock { used in
            defer { used += 1 }
            return used
        }
        guard index < Self.slots,
            let start = UnsafeMutableRawPointer(bitPattern: place + UInt(index * Self.slotSize))
        else { return nil }
        let lines = [plugin, manifest.sha256, manifest.digest, instance].joined(separator: "\n")
        let text = Array(lines.utf8.prefix(Self.textSize - 1))
        (start + 16).copyMemory(from: text, byteCount: text.count)
        return BreadcrumbSlot(start.bindMemory(to: UInt64.self, capacity: 2), owner: self)
    }

    deinit {
        // The run is over, and the host is inside of nothing.
        unlink(path)
        if let map = UnsafeMutableRawPointer(bitPattern: place) {
            munmap(map, Self.slotSize * Self.slots)
        }
        close(descriptor)
    }

    package static func == (a: Breadcrumbs, b: Breadcrumbs) -> Bool { a === b }

    /// Plugins that a host of before was inside of when it ended, told once: what is read is
    /// removed.
    package static func suspects(in folder: String) -> [Suspect] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasPrefix(prefix) }.sorted().flatMap { name in
            let path = folder + "/" + name, file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            guard file >= 0 else { return [Suspect]() }
            defer { close(file) }
            // A host that runs holds the lock.
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else { return [] }
            var bytes = [UInt8](repeating: 0, count: slotSize * slots)
            let count = max(0, read(file, &bytes, bytes.count))
            unlink(path)
            return suspects(bytes[..<count])
        }
    }

    private static func suspects(_ bytes: ArraySlice<UInt8>) -> [Suspect] {
        stride(from: 0, to: bytes.count / slotSize * slotSize, by: slotSize).compactMap { at in
            let slot = bytes[at..<at + slotSize]
            let isInside = slot[at + 8..<at + 16].contains { $0 != 0 }
            guard isInside else { return nil }
            let call = slot[at..<at + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let text = slot[(at + 16)...].prefix { $0 != 0 }
            let parts = VoiceLine.lines(text)
            guard parts.count == 4 else { return nil }
            return Suspect(
                plugin: parts[0], sha256: parts[1], digest: parts[2], instance: parts[3],
                call: call)
        }
    }
}

/// Where one instance's calls are noted: two stores for each. Use it on the instance's thread.
final class BreadcrumbSlot {
    /// The number of the call, then whether it is going on.
    private let words: UnsafeMutablePointer<UInt64>
    private let owner: Breadcrumbs

    init(_ words: UnsafeMutablePointer<UInt64>, owner: Breadcrumbs) {
        self.words = words
        self.owner = owner
    }

    /// The host is about to call the plugin.
    func enter() {
        words[0] &+= 1
        words[1] = 1
    }

    /// It came back.
    func leave() { words[1] = 0 }
}
