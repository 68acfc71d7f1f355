import Glibc

/// A file that appears whole under its name, or not at all.
///
/// Bytes go to a hidden temporary file in the same folder; ``commit()`` syncs it, renames it over
/// the target and syncs the folder. Without a commit the temporary file is removed. After a crash
/// it stays, unlocked, until ``sweep(folder:disk:)`` finds it.
package struct AtomicFile: ~Copyable {
    private let target: String
    private let temporary: String
    private let folder: String
    private let disk: Disk
    private var descriptor: Int32
    private var isRenamed = false

    /// - Throws: ``HistoryError`` of kind `system`; nothing is left behind.
    package init(_ target: String, disk: Disk) throws(HistoryError) {
        let cut = target.lastIndex(of: "/")
        let folder = cut.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
        let name = cut.map { String(target[target.index(after: $0)...]) } ?? target
        let (temporary, descriptor) = try Self.create(folder + "/." + name, for: target, disk)
        self.folder = folder
        self.target = target
        self.temporary = temporary
        self.descriptor = descriptor
        self.disk = disk
    }

    /// Creates and locks the first temporary file whose number is free.
    private static func create(_ stem: String, for target: String, _ disk: Disk)
        throws(HistoryError) -> (String, Int32)
    {
        for number in 0..<1000 {
            let path = stem + "." + String(number) + suffix
            var descriptor = disk.create(path)
            if descriptor < 0, errno == EEXIST {
                guard sweep(path, disk) else { continue }
                descriptor = disk.create(path)
            }
            guard descriptor >= 0 else { throw .system("the file cannot be created", target) }
            // A sweep may have taken the new file between its creation and its lock.
            var status = stat()
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &status) == 0,
                status.st_nlink > 0
            {
                return (path, descriptor)
            }
            close(descriptor)
        }
        throw HistoryError(
            .system, "the file cannot be created: a thousand temporary files are in the way",
            file: stem, help: "remove the files that end in " + suffix)
    }

    /// Adds `bytes` at the end of the file.
    package mutating func write(_ bytes: UnsafeRawBufferPointer) throws(HistoryError) {
        guard var next = bytes.baseAddress else { return }
        let end = next + bytes.count
        while next < end {
            // The system writes at most 2 GiB a call.
            let written = disk.write(descriptor, next, min(end - next, 1 << 30))
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw .system("the file cannot be written", target) }
            next += written
        }
    }

    /// Makes the file appear under its name, durably.
    ///
    /// - Throws: ``HistoryError`` of kind `system`. The old file, if any, is untouched, except that
    ///   a failed sync of the folder leaves the new one in place, whole.
    package mutating func commit() throws(HistoryError) {
        guard disk.sync(descriptor) == 0 else { throw .system("the file cannot be synced", target) }
        guard disk.rename(temporary, target) == 0 else {
            throw .system("the file cannot take its name", target)
        }
        isRenamed = true
        try Self.sync(folder: folder, disk)
    }

    static func sync(folder: String, _ disk: Disk) throws(HistoryError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("the folder cannot be opened", folder) }
        defer { close(descriptor) }
        guard disk.sync(descriptor) == 0 else {
            throw .system("the folder cannot be synced", folder)
        }
    }

    deinit {
        if !isRenamed { _ = disk.remove(temporary) }
        close(descriptor)
    }

    private static let suffix = ".rialto-tmp"

    /// Removes temporary files that no living process writes. Failures are left for the next sweep.
    static func sweep(folder: String, disk: Disk) {
        for name in FolderListing.names(folder) ?? [] where name.hasSuffix(suffix) {
            _ = sweep(folder + "/" + name, disk)
        }
    }

    /// Removes one temporary file if nobody writes it; false when it stays.
    private static func sweep(_ path: String, _ disk: Disk) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) == 0 && disk.remove(path) == 0
    }
}

/// The names in a folder.
enum FolderListing {
    /// Sorted, without `.` and `..`; nil when the folder cannot be read.
    static func names(_ folder: String) -> [String]? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
