import Glibc

/// Memory for columns that may be longer than the machine has room for.
///
/// The first blocks are ordinary memory. From where they would come to more than `memoryMax`,
/// further ones lie in temporary files that the system writes out and reads back as it needs. The
/// files lose their names as soon as they are made: nothing stays behind, however the process ends.
/// Where it is shareable, other processes can be given all of it to read.
package final class ScratchMemory {
    /// Bytes that are kept in ordinary memory unless told otherwise.
    package static let memoryMax = 64 << 20

    private let folders: [String]
    private let memoryMax: Int
    private var held = 0
    private var owned: [UnsafeMutableRawBufferPointer] = []
    private var mapped: [Block] = []
    private var files: [File] = []
    /// What the first columns lie in where they can be shared.
    private let memory: MemoryFile?
    private let isShareable: Bool
    /// Columns of equal values.
    package private(set) var constants: [UnsafeRawBufferPointer] = []
    /// Which file the next long column goes in.
    private var nextFile = 1

    /// A column in a file.
    private struct Block {
        let bytes: UnsafeMutableRawBufferPointer
        let descriptor: Int32
        /// Where in the file it begins.
        let offset: Int
        let shared: SharedFile?
    }

    private struct File {
        let descriptor: Int32
        let folder: String
        /// For others to read.
        var shared: SharedFile?
        var length = 0
    }

    /// Files of shareable memory, made at once: who is to read them maps them before there is
    /// anything in them.
    private static let shareableFiles = 8
    /// Most bytes of each that others map: address space, not memory.
    private static let shareableLength = 1 << 38

    /// Bytes from which a column has a file of its own: two threads can write at once then.
    private static let ownFileMin = 16 << 20
    /// Most files; the first one is that of all shorter columns, and of those that come too late.
    private static let filesMax = 64

    /// - Parameters:
    ///   - folders: Where the files may lie: the first of them in which one can be made.
    ///   - memoryMax: Bytes in ordinary memory, 0 or more.
    ///   - isShareable: Whether other processes are to read it, see ``sharedFiles``.
    package init(
        folders: [String], memoryMax: Int = ScratchMemory.memoryMax, isShareable: Bool = false
    ) {
        self.folders = folders
        self.memoryMax = memoryMax
        self.isShareable = isShareable
        memory = isShareable && memoryMax > 0 ? MemoryFile(memoryMax) : nil
        guard isShareable else { return }
        // A folder that takes none says so when a column needs one.
        while files.count < Self.shareableFiles, let file = try? opened() { files.append(file) }
    }

    /// The files that its columns lie in, or will; none unless it is shareable.
    package var sharedFiles: [SharedFile] {
        ([memory?.file] + files.map(\.shared)).compactMap(\.self)
    }

    /// Where in those files the columns lie that there are so far.
    package var stretches: [SharedStretch] {
        mapped.compactMap { block in
            guard let base = block.bytes.baseAddress, let file = block.shared,
                block.offset + block.bytes.count <= file.length
            else { return nil }
            return SharedStretch(
                start: UnsafeRawPointer(base), count: block.bytes.count, file: file,
                offset: block.offset)
        } + [memory?.stretch].compactMap(\.self)
    }

    /// The memory of all columns that there are so far.
    package var columns: [UnsafeRawBufferPointer] {
        let shared = memory.map { UnsafeRawBufferPointer(start: $0.start, count: $0.count) }
        return (owned + mapped.map(\.bytes)).map { UnsafeRawBufferPointer($0) }
            + [shared].compactMap(\.self)
    }

    /// The folders for a run over `data`: TMPDIR when it is set, the data folder, the system's own.
    ///
    /// - Parameters:
    ///   - memoryMax: Bytes in ordinary memory, 0 or more.
    ///   - isShareable: Whether other processes are to read it, see ``sharedFiles``.
    package convenience init(
        besides data: String, memoryMax: Int = ScratchMemory.memoryMax, isShareable: Bool = false
    ) {
        let asked = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        self.init(
            folders: (asked.isEmpty ? [] : [asked]) + [data, "/var/tmp", "/tmp"],
            memoryMax: memoryMax, isShareable: isShareable)
    }

    /// Room for `count` values, freed with this object; what is in it is not defined.
    ///
    /// - Throws: ``HistoryError`` of kind `system` when the disk has no room.
    package func column<Value: BitwiseCopyable>(
        _ count: Int, of type: Value.Type
    ) throws(HistoryError) -> UnsafeMutablePointer<Value> {
        let bytes = max(1, count) * MemoryLayout<Value>.stride
        let block = held + bytes <= memoryMax ? inMemory(bytes) : try inFile(bytes)
        return block.bindMemory(to: Value.self, capacity: max(1, count))
    }

    /// Room for `count` values that are all `value` and stay so, freed with this object.
    ///
    /// - Throws: ``HistoryError`` of kind `system` when the disk has no room.
    package func constant<Value: BitwiseCopyable>(
        _ value: Value, count: Int
    ) throws(HistoryError) -> UnsafePointer<Value> {
        let start = try column(count, of: Value.self)
        start.initialize(repeating: value, count: count)
        constants.append(UnsafeRawBufferPointer(UnsafeBufferPointer(start: start, count: count)))
        return UnsafePointer(start)
    }

    private func inMemory(_ bytes: Int) -> UnsafeMutableRawPointer {
        if let memory {
            // Columns begin at places of 64 bytes, as they do in memory of their own.
            let place = memory.start + held
            held = min(memoryMax, (held + bytes + 63) & ~63)
            return place
        }
        let block = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        owned.append(UnsafeMutableRawBufferPointer(start: block, count: bytes))
        held += bytes
        return block
    }

    private func inFile(_ bytes: Int) throws(HistoryError) -> UnsafeMutableRawPointer {
        let index = try file(for: bytes), file = files[index]
        let length = (bytes + Self.step - 1) / Self.step * Self.step
        // The room is taken now: a full disk is an error here, not a signal later.
        let code = posix_fallocate(file.descriptor, file.length, length)
        guard code == 0 else {
            errno = code
            throw failure("there is no room for \((length >> 20) + 1) MiB of columns", file.folder)
        }
        let start = mmap(
            nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, file.descriptor, file.length)
        guard let start, start != MAP_FAILED else {
            throw failure("the temporary file cannot be mapped", file.folder)
        }
        let block = UnsafeMutableRawBufferPointer(start: start, count: length)
        mapped.append(
            Block(
                bytes: block, descriptor: file.descriptor, offset: file.length,
                shared: file.shared))
        files[index].length += length
        return start
    }

    /// Index of the file in which a column of so many bytes goes.
    private func file(for bytes: Int) throws(HistoryError) -> Int {
        if files.isEmpty { files.append(try opened()) }
        if isShareable, files.count > 1, bytes >= Self.ownFileMin {
            nextFile = nextFile % (files.count - 1) + 1
            return nextFile
        }
        guard !isShareable, bytes >= Self.ownFileMin, files.count < Self.filesMax else { return 0 }
        files.append(try opened())
        return files.count - 1
    }

    private func opened() throws(HistoryError) -> File {
        var reason = HistoryError(.system, "there is no folder for a temporary file")
        for folder in folders {
            var name = Array((folder + "/.rialto-XXXXXX").utf8CString)
            let descriptor = mkstemp(&name)
            guard descriptor >= 0 else {
                reason = failure("a temporary file cannot be made", folder)
                continue
            }
            unlink(name)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            let shared =
                isShareable
                ? SharedFile(reading: descriptor, length: Self.shareableLength) : nil
            return File(descriptor: descriptor, folder: folder, shared: shared)
        }
        throw reason
    }

    private func failure(_ what: String, _ folder: String) -> HistoryError {
        var error = HistoryError.system(what, folder)
        error.help = "free some space there, or name a folder on a larger disk in TMPDIR"
        return error
    }

    /// Copies bytes into a column. Of a column in the file nothing becomes resident by that.
    package func copy(
        _ source: UnsafeRawPointer, bytes: Int, to target: UnsafeMutableRawPointer
    ) {
        var done = 0
        if let block = block(of: target), let base = block.bytes.baseAddress {
            let place = block.offset + (target - base)
            while done < bytes {
                let count = pwrite(
                    block.descriptor, source + done, bytes - done, off_t(place + done))
                guard count > 0 else { break }
                done += count
            }
        }
        // What could not be written that way goes through the map: the room for it is there.
        (target + done).copyMemory(from: source + done, byteCount: bytes - done)
    }

    /// Whether a place lies in a column in a file.
    package func isInFile(_ place: UnsafeRawPointer) -> Bool { block(of: place) != nil }

    private func block(of place: UnsafeRawPointer) -> Block? {
        mapped.first { block in
            guard let base = block.bytes.baseAddress else { return false }
            let distance = place - UnsafeRawPointer(base)
            return distance >= 0 && distance < block.bytes.count
        }
    }

    /// Lets go of what is resident of a stretch of a column: it can still be read, from the file.
    /// What lies in ordinary memory stays.
    ///
    /// - Complexity: O(blocks).
    package func release(_ start: UnsafeRawPointer, bytes: Int) {
        guard let block = block(of: start) else { return }
        Self.drop(start, bytes: bytes, of: UnsafeRawBufferPointer(block.bytes))
    }

    /// Lets go of all that is resident of the column that `start` lies in.
    package func release(_ start: UnsafeRawPointer) {
        guard let block = block(of: start) else { return }
        madvise(block.bytes.baseAddress, block.bytes.count, MADV_DONTNEED)
    }

    /// Lets go of all that is resident of the files.
    package func releaseAll() {
        for block in mapped { madvise(block.bytes.baseAddress, block.bytes.count, MADV_DONTNEED) }
    }

    /// Drops the resident pages of a stretch of a map of a file, and of some before it: the system
    /// maps what lies around a place that is touched, also what was dropped already. The last page
    /// stays when it is not whole: it is still being read or written.
    static func drop(_ start: UnsafeRawPointer, bytes: Int, of map: UnsafeRawBufferPointer) {
        guard let base = map.baseAddress else { return }
        // Never less than the machine's page: what lies beside the map is not ours to drop.
        let page = sysconf(Int32(_SC_PAGESIZE))
        let first = max(0, start - base - around) / page * page
        let end = min(map.count, start - base + max(0, bytes)) / page * page
        guard end > first else { return }
        madvise(UnsafeMutableRawPointer(mutating: base + first), end - first, MADV_DONTNEED)
    }

    /// Bytes that the system may map before a place that is touched, at most.
    private static let around = 1 << 20

    /// Places of the file at which blocks begin: a multiple of every machine's page.
    private static let step = 1 << 16

    deinit {
        for block in owned { block.deallocate() }
        for block in mapped { munmap(block.bytes.baseAddress, block.bytes.count) }
        for file in files { close(file.descriptor) }
    }
}
