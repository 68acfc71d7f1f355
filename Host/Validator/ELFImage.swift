/// What the static checks look at in a library, read without running any of its code. Every offset
/// is checked: the file may be hostile.
struct ELFImage {
    /// A part of the file that is mapped, or a remark about it.
    struct Segment {
        let type: UInt32
        let flags: UInt32
        let offset: UInt64
        let address: UInt64
        let fileSize: UInt64
    }

    /// A symbol that the library offers or asks for.
    struct Symbol {
        let name: String
        let info: UInt8
        let visibility: UInt8
        let section: UInt16
        let value: UInt64

        var isDefined: Bool { section != 0 }
        /// Whether others can see it: global, weak or unique, and not hidden.
        var isExported: Bool {
            isDefined && [1, 2, 10].contains(info >> 4) && ![1, 2].contains(visibility & 3)
        }
        /// Whether the loader runs code to find its address.
        var isIndirect: Bool { info & 15 == 10 }
    }

    /// Most symbols, entries and names that are looked at.
    static let most = 1 << 20

    let segments: [Segment]
    let fileType: UInt16
    /// Tag and value, in order.
    let dynamic: [(tag: UInt64, value: UInt64)]
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) throws(ImageError) {
        self.bytes = bytes
        let file = ByteReader(bytes)
        guard bytes.count >= 64, bytes[0...5].elementsEqual([0x7F, 0x45, 0x4C, 0x46, 2, 1]) else {
            throw .notELF
        }
        fileType = UInt16(try file.integer(16, 2))
        segments = try Self.segments(file)
        dynamic = try Self.dynamic(file, segments)
    }

    private static func segments(_ file: ByteReader) throws(ImageError) -> [Segment] {
        let table = try file.integer(32, 8), size = try file.integer(54, 2)
        guard size >= 56 else { throw .truncated }
        var list: [Segment] = []
        for index in 0..<(try file.integer(56, 2)) {
            let at = try file.sum(table, index * size)
            list.append(
                Segment(
                    type: UInt32(try file.integer(at, 4)),
                    flags: UInt32(try file.integer(at + 4, 4)),
                    offset: try file.integer(at + 8, 8), address: try file.integer(at + 16, 8),
                    fileSize: try file.integer(at + 32, 8)))
        }
        return list
    }

    private static func dynamic(
        _ file: ByteReader, _ segments: [Segment]
    ) throws(ImageError) -> [(tag: UInt64, value: UInt64)] {
        guard let segment = segments.first(where: { $0.type == 2 }) else { throw .notDynamic }
        var list: [(tag: UInt64, value: UInt64)] = []
        for index in 0..<min(UInt64(4096), segment.fileSize / 16) {
            let at = try file.sum(segment.offset, index * 16)
            let tag = try file.integer(at, 8)
            if tag == 0 { break }
            list.append((tag, try file.integer(at + 8, 8)))
        }
        return list
    }

    /// Value of the first entry with `tag`.
    func value(_ tag: UInt64) -> UInt64? { dynamic.first { $0.tag == tag }?.value }

    /// Where in the file an address lies.
    func offset(_ address: UInt64) -> UInt64? {
        segments.first {
            $0.type == 1 && address >= $0.address && address - $0.address < $0.fileSize
        }.map { $0.offset &+ (address - $0.address) }
    }

    private func place(_ tag: UInt64) throws(ImageError) -> UInt64 {
        guard let address = value(tag), let place = offset(address) else { throw .truncated }
        return place
    }

    /// A name of the dynamic string table.
    private func name(_ index: UInt64) throws(ImageError) -> String {
        let file = ByteReader(bytes)
        return try file.text(try file.sum(try place(5), index))
    }

    /// Names of all entries with `tag`, such as the libraries that are needed.
    func names(_ tag: UInt64) throws(ImageError) -> [String] {
        var list: [String] = []
        for entry in dynamic where entry.tag == tag { list.append(try name(entry.value)) }
        return list
    }

    /// Symbols that the loader sees, counted by its own hash tables: a library without section
    /// headers hides nothing.
    func symbols() throws(ImageError) -> [Symbol] {
        let file = ByteReader(bytes), table = try place(6)
        var list: [Symbol] = []
        for index in 0..<(try symbolCount(file)) {
            let at = try file.sum(table, UInt64(index) * 24)
            let info = try file.integer(at + 4, 1), other = try file.integer(at + 5, 1)
            list.append(
                Symbol(
                    name: try name(try file.integer(at, 4)), info: UInt8(info),
                    visibility: UInt8(other), section: UInt16(try file.integer(at + 6, 2)),
                    value: try file.integer(at + 8, 8)))
        }
        return list
    }

    private func symbolCount(_ file: ByteReader) throws(ImageError) -> Int {
        if value(4) != nil {
            return min(Self.most, Int(try file.integer(try place(4) + 4, 4)))
        }
        let table = try place(0x6fff_fef5)
        let buckets = try file.integer(table, 4), first = try file.integer(table + 4, 4)
        let words = try file.integer(table + 8, 4)
        let bucketPlace = try file.sum(table + 16, words * 8)
        let chains = try file.sum(bucketPlace, buckets * 4)
        var last: UInt64 = 0
        for index in 0..<min(buckets, UInt64(Self.most)) {
            last = max(last, try file.integer(bucketPlace + index * 4, 4))
        }
        guard last >= first, last > 0 else { return Int(first) }
        while last - first < UInt64(Self.most) {
            let hash = try file.integer(try file.sum(chains, (last - first) * 4), 4)
            last += 1
            if hash & 1 == 1 { break }
        }
        return Int(last)
    }

    /// Versions of other libraries' symbols that it asks for, such as `GLIBC_2.34`.
    func versions() throws(ImageError) -> [String] {
        guard value(0x6fff_fffe) != nil else { return [] }
        let file = ByteReader(bytes)
        var at = try place(0x6fff_fffe), list: [String] = []
        for _ in 0..<min(value(0x6fff_ffff) ?? 0, 256) {
            var entry = try file.sum(at, try file.integer(at + 8, 4))
            for _ in 0..<(try file.integer(at + 2, 2)) {
                list.append(try name(try file.integer(entry + 8, 4)))
                entry = try file.sum(entry, try file.integer(entry + 12, 4))
            }
            at = try file.sum(at, try file.integer(at + 12, 4))
        }
        return list
    }

    /// Relocations: where, of which type, and with which addend.
    func relocations() throws(ImageError) -> [(place: UInt64, type: UInt64, addend: UInt64)] {
        let file = ByteReader(bytes)
        var list: [(place: UInt64, type: UInt64, addend: UInt64)] = []
        for (table, size) in [(UInt64(7), UInt64(8)), (23, 2)] {
            guard value(table) != nil, let length = value(size) else { continue }
            let start = try place(table)
            for index in 0..<min(UInt64(Self.most), length / 24) {
                let at = try file.sum(start, index * 24)
                list.append(
                    (
                        try file.integer(at, 8), try file.integer(at + 8, 8) & 0xFFFF_FFFF,
                        try file.integer(at + 16, 8)
                    ))
            }
        }
        return list
    }

    /// Functions that run when the library is loaded, as addresses.
    func constructors() throws(ImageError) -> [UInt64] {
        guard let address = value(25), let size = value(27) else { return [] }
        let file = ByteReader(bytes), moved = try relocations()
        var list: [UInt64] = []
        for index in 0..<min(4096, size / 8) {
            let slot = address &+ index * 8
            if let entry = moved.first(where: { $0.place == slot }) {
                list.append(entry.addend)
            } else if let place = offset(slot) {
                list.append(try file.integer(place, 8))
            }
        }
        return list.filter { $0 != 0 && $0 != .max }
    }

    /// Names of functions by address, as far as the file still has its own symbols.
    func localNames() throws(ImageError) -> [UInt64: String] {
        let file = ByteReader(bytes)
        let table = try file.integer(40, 8), size = try file.integer(58, 2)
        let count = try file.integer(60, 2)
        var names: [UInt64: String] = [:]
        guard table > 0, size >= 64 else { return names }
        for index in 0..<count {
            let header = try file.sum(table, index * size)
            guard try file.integer(header + 4, 4) == 2 else { continue }
            let start = try file.integer(header + 24, 8), length = try file.integer(header + 32, 8)
            let link = try file.sum(table, try file.integer(header + 40, 4) * size)
            let strings = try file.integer(link + 24, 8)
            for entry in 0..<min(UInt64(Self.most), length / 24) {
                let at = try file.sum(start, entry * 24)
                guard try file.integer(at + 4, 1) & 15 == 2 else { continue }
                let name = try file.text(try file.sum(strings, try file.integer(at, 4)))
                names[try file.integer(at + 8, 8)] = name
            }
        }
        return names
    }

    /// The notes' owner and type.
    func notes() throws(ImageError) -> [(owner: String, type: UInt64)] {
        let file = ByteReader(bytes)
        var list: [(owner: String, type: UInt64)] = []
        for segment in segments where segment.type == 4 {
            var at = segment.offset
            let end = try file.sum(segment.offset, segment.fileSize)
            while at + 12 <= end, list.count < 64 {
                let name = try file.integer(at, 4), data = try file.integer(at + 4, 4)
                list.append((try file.text(at + 12), try file.integer(at + 8, 4)))
                at = try file.sum(at + 12, (name + 3) / 4 * 4 + (data + 3) / 4 * 4)
            }
        }
        return list
    }
}

/// Why a file cannot be read as a library.
enum ImageError: Error, Equatable {
    case notELF
    case notDynamic
    /// It ends before what its own headers promise.
    case truncated

    var reason: String {
        switch self {
        case .notELF: "it is no 64-bit little-endian ELF file"
        case .notDynamic: "it has no dynamic section"
        case .truncated: "it ends before what its own headers promise"
        }
    }
}

/// Little-endian numbers and text at checked places.
struct ByteReader {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func sum(_ base: UInt64, _ offset: UInt64) throws(ImageError) -> UInt64 {
        let (sum, over) = base.addingReportingOverflow(offset)
        guard !over, sum <= UInt64(bytes.count) else { throw .truncated }
        return sum
    }

    func integer(_ at: UInt64, _ size: UInt64) throws(ImageError) -> UInt64 {
        guard at <= UInt64(bytes.count), UInt64(bytes.count) - at >= size else { throw .truncated }
        var value: UInt64 = 0
        for index in (0..<Int(size)).reversed() {
            value = value << 8 | UInt64(bytes[Int(at) + index])
        }
        return value
    }

    /// Text up to its zero byte, at most 4096 bytes.
    func text(_ at: UInt64) throws(ImageError) -> String {
        guard at < UInt64(bytes.count) else { throw .truncated }
        let rest = bytes[Int(at)..<min(bytes.count, Int(at) + 4096)]
        guard let end = rest.firstIndex(of: 0) else { throw .truncated }
        return String(decoding: rest[..<end], as: UTF8.self)
    }
}
