/// What an instance was told, so that it can be told again in another worker: the memory it was
/// created in, its last saved state, and each batch since with the digest of its answer.
///
/// All addresses are those of the worker, whose window lies at the same place each time.
package struct CrashTape {
    /// One batch as it lay in the window.
    struct Batch {
        let place: UInt64
        let bytes: [UInt8]
        /// Of the answer; nil of the batch that was being answered.
        let digest: UInt64?
    }

    /// Where the window lay in the worker.
    let base: UInt64
    /// Where in the worker what the instance was created with lay.
    let creation: UInt64
    /// What stays in the window for the instance's life.
    let prefix: [UInt8]
    let state: InstanceState?
    let batches: [Batch]

    /// Most bytes of a tape; an instance that was told more leaves none.
    static let sizeMax = 64 << 20
    private static let mark: UInt64 = 0x3145_5041_544C_5249  // "IRLTAPE1"

    init(
        base: UInt64, creation: UInt64, prefix: [UInt8], state: InstanceState?, batches: [Batch]
    ) {
        self.base = base
        self.creation = creation
        self.prefix = prefix
        self.state = state
        self.batches = batches
    }

    /// The tape as bytes of a file, numbers in little endian.
    package var bytes: [UInt8] {
        var out: [UInt8] = []
        func put(_ number: UInt64) {
            withUnsafeBytes(of: number.littleEndian) { out.append(contentsOf: $0) }
        }
        put(Self.mark)
        put(base)
        put(creation)
        put(UInt64(prefix.count))
        put(state == nil ? 0 : 1)
        put(UInt64(state?.schema ?? 0))
        put(UInt64(state?.bytes.count ?? 0))
        put(UInt64(batches.count))
        out += prefix
        out += state?.bytes ?? []
        for batch in batches {
            put(batch.place)
            put(batch.digest == nil ? 0 : 1)
            put(batch.digest ?? 0)
            put(UInt64(batch.bytes.count))
            out += batch.bytes
        }
        return out
    }

    /// Reads what ``bytes`` wrote; nil when that is not what the file holds.
    package init?(_ file: [UInt8]) {
        var reader = Reader(file: file)
        guard reader.number() == Self.mark, let base = reader.number(),
            let creation = reader.number(), let prefixSize = reader.number(),
            let hasState = reader.number(), let schema = reader.number(),
            let stateSize = reader.number(), let count = reader.number(),
            let prefix = reader.bytes(prefixSize), let state = reader.bytes(stateSize),
            let schema = UInt32(exactly: schema), hasState <= 1
        else { return nil }
        var batches: [Batch] = []
        for _ in 0..<count {
            guard let place = reader.number(), let isAnswered = reader.number(),
                let digest = reader.number(), let size = reader.number(),
                let bytes = reader.bytes(size)
            else { return nil }
            batches.append(
                Batch(place: place, bytes: bytes, digest: isAnswered == 1 ? digest : nil))
        }
        guard reader.isAtEnd else { return nil }
        self.init(
            base: base, creation: creation, prefix: prefix,
            state: hasState == 1 ? InstanceState(schema: schema, bytes: state) : nil,
            batches: batches)
    }

    /// Takes numbers and bytes from the front of a file.
    private struct Reader {
        let file: [UInt8]
        private var at = 0

        init(file: [UInt8]) { self.file = file }

        var isAtEnd: Bool { at == file.count }

        mutating func number() -> UInt64? {
            guard let value = try? ELFNote.integer(file, at, 8) else { return nil }
            at += 8
            return value
        }

        mutating func bytes(_ count: UInt64) -> [UInt8]? {
            guard count <= UInt64(file.count - at) else { return nil }
            defer { at += Int(count) }
            return Array(file[at..<at + Int(count)])
        }
    }
}
