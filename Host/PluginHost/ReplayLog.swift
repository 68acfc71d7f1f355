import Glibc

/// What an instance was told since a point that it can be brought back to, and a digest of what it
/// answered: in memory, and in a file without a name where that is not enough. Of what the host
/// has elsewhere for good it keeps the address.
final class ReplayLog {
    /// Batches since that point.
    private(set) var count = 0
    /// Bytes that were told since that point.
    private(set) var size = 0
    /// Why it is not whole any more, so that nothing can be played from it; nil as long as it is.
    private(set) var loss: String?
    private let fileMax: Int
    /// Address space: only what was written to takes memory.
    private var memory: UnsafeMutableRawBufferPointer
    private var used = 0
    private var open = 0
    /// Bytes that the open batch tells.
    private var openSize = 0
    private var file: Int32 = -1
    private var fileSize = 0

    /// What comes before the references and then the bytes of each batch.
    private struct Head {
        /// Bytes that the batch tells.
        var size: UInt64
        /// Of them, bytes that follow the references.
        var kept: UInt64
        /// How many there are.
        var references: UInt64
        /// The batch in the worker's addresses.
        var place: UInt64
        /// Of the answer.
        var digest: UInt64
    }

    /// - Parameters:
    ///   - memoryMax: Most bytes in memory, unless one batch is larger; 1 or more.
    ///   - fileMax: Most bytes on disk.
    init(memoryMax: Int, fileMax: Int) {
        memory = .allocate(byteCount: memoryMax, alignment: 64)
        self.fileMax = fileMax
    }

    /// Adds a batch, whose answer is not known yet: the last one without is forgotten.
    ///
    /// - Parameters:
    ///   - bytes: What it tells.
    ///   - references: Parts of these that need not be copied, in order.
    func note(
        _ place: UInt64, _ bytes: UnsafeRawBufferPointer, _ references: [WindowReference] = []
    ) {
        guard loss == nil, bytes.baseAddress != nil else { return }
        used = open
        let kept = references.reduce(bytes.count) { $0 - $1.count }
        let heads =
            MemoryLayout<Head>.size + references.count * MemoryLayout<WindowReference>.stride
        if used + heads + kept > memory.count, used > 0 { spill() }
        guard loss == nil else { return }
        if used + heads + kept > memory.count { grow(to: used + heads + kept) }
        let head = Head(
            size: UInt64(bytes.count), kept: UInt64(kept), references: UInt64(references.count),
            place: place, digest: 0)
        append(head)
        for reference in references { append(reference) }
        var next = 0
        for reference in references {
            append(bytes[next..<reference.offset])
            next = reference.offset + reference.count
        }
        append(bytes[next...])
        openSize = bytes.count
    }

    private func append<Value: BitwiseCopyable>(_ value: Value) {
        memory.storeBytes(of: value, toByteOffset: used, as: Value.self)
        used += MemoryLayout<Value>.stride
    }

    private func append(_ bytes: Slice<UnsafeRawBufferPointer>) {
        let room = UnsafeMutableRawBufferPointer(rebasing: memory[used...])
        room.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes))
        used += bytes.count
    }

    /// The batch that was noted last was answered.
    func answered(_ digest: UInt64) {
        guard loss == nil, used > open else { return }
        var head = memory.loadUnaligned(fromByteOffset: open, as: Head.self)
        head.digest = digest
        memory.storeBytes(of: head, toByteOffset: open, as: Head.self)
        size += openSize
        count += 1
        open = used
    }

    /// The instance can be brought to where it is now: what was before is not needed.
    func clear() {
        used = 0
        open = 0
        count = 0
        size = 0
        fileSize = 0
    }

    /// Reads every answered batch in order: its place, its bytes and its answer's digest.
    ///
    /// - Parameter body: Returns whether to go on.
    func forEach(
        _ body: (UInt64, UnsafeRawBufferPointer, UInt64) throws(WorkerFault) -> Bool
    ) throws(WorkerFault) {
        if fileSize > 0 {
            let map = mmap(nil, fileSize, PROT_READ, MAP_PRIVATE, file, 0)
            guard let map, map != MAP_FAILED else {
                throw .notStarted("what it was told could not be read back")
            }
            defer { munmap(map, fileSize) }
            let isDone = try Self.read(
                UnsafeRawBufferPointer(start: map, count: fileSize), body)
            guard isDone else { return }
        }
        _ = try Self.read(UnsafeRawBufferPointer(rebasing: memory[..<open]), body)
    }

    private static func read(
        _ all: UnsafeRawBufferPointer,
        _ body: (UInt64, UnsafeRawBufferPointer, UInt64) throws(WorkerFault) -> Bool
    ) throws(WorkerFault) -> Bool {
        var at = 0
        while at < all.count {
            let head = all.loadUnaligned(fromByteOffset: at, as: Head.self)
            at += MemoryLayout<Head>.size
            let references = (0..<Int(head.references)).map {
                all.loadUnaligned(
                    fromByteOffset: at + $0 * MemoryLayout<WindowReference>.stride,
                    as: WindowReference.self)
            }
            at += references.count * MemoryLayout<WindowReference>.stride
            let kept = UnsafeRawBufferPointer(rebasing: all[at..<at + Int(head.kept)])
            at += kept.count
            let told = UnsafeMutableRawBufferPointer.allocate(
                byteCount: Int(head.size), alignment: 64)
            defer { told.deallocate() }
            join(references, kept, into: told)
            guard try body(head.place, UnsafeRawBufferPointer(told), head.digest) else {
                return false
            }
        }
        return true
    }

    /// What a batch told: what was kept of it, and what is referred to.
    private static func join(
        _ references: [WindowReference], _ kept: UnsafeRawBufferPointer,
        into told: UnsafeMutableRawBufferPointer
    ) {
        var end = 0, next = 0
        func add(_ bytes: UnsafeRawBufferPointer) {
            UnsafeMutableRawBufferPointer(rebasing: told[end...]).copyMemory(from: bytes)
            end += bytes.count
        }
        for reference in references {
            let between = reference.offset - end
            add(UnsafeRawBufferPointer(rebasing: kept[next..<next + between]))
            add(UnsafeRawBufferPointer(start: reference.source, count: reference.count))
            next += between
        }
        add(UnsafeRawBufferPointer(rebasing: kept[next...]))
    }

    private func grow(to wanted: Int) {
        let wider = UnsafeMutableRawBufferPointer.allocate(
            byteCount: wanted, alignment: 64)
        wider.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<used]))
        memory.deallocate()
        memory = wider
    }

    /// Moves what lies in memory to the file.
    private func spill() {
        if file < 0 { file = Self.namelessFile() }
        if file < 0 {
            lose("no file for it could be made")
        } else if fileSize + used > fileMax {
            lose("it is more than \(fileMax >> 20) MiB")
        } else if !write() {
            lose("the disk is full")
        }
        used = 0
        open = 0
    }

    private func lose(_ why: String) {
        loss = why
        clear()
        if file >= 0 { close(file) }
        file = -1
        memory.deallocate()
        memory = .allocate(byteCount: 0, alignment: 1)
    }

    private func write() -> Bool {
        var done = 0
        while done < used {
            let bytes = UnsafeRawBufferPointer(rebasing: memory[done..<used])
            let count = pwrite(file, bytes.baseAddress, bytes.count, off_t(fileSize))
            guard count > 0 else { return false }
            done += count
            fileSize += count
        }
        return true
    }

    private static func namelessFile() -> Int32 {
        var path = Array("/tmp/rialto-replay-XXXXXX".utf8CString)
        if let folder = getenv("TMPDIR") {
            path = Array((String(cString: folder) + "/rialto-replay-XXXXXX").utf8CString)
        }
        let file = mkstemp(&path)
        if file >= 0 {
            unlink(path)
            _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        }
        return file
    }

    deinit {
        memory.deallocate()
        if file >= 0 { close(file) }
    }
}
