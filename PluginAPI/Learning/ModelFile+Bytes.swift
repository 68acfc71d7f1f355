extension ModelFile {
    /// First bytes of every model file.
    static let magic = Array("RIALTO-M".utf8)
    /// Magic, version, flags and size.
    static let headSize = 24
    static let digestSize = 32

    /// The file: a head of 24 bytes (magic, version, 0, size of the file), the content, and SHA-256
    /// of both. Little endian; texts and lists begin with their length.
    public var bytes: [UInt8] {
        var content = ByteWriter()
        write(into: &content)
        let size = Self.headSize + content.bytes.count + Self.digestSize
        var file = ByteWriter()
        file.bytes = Self.magic
        file.add(Self.version)
        file.add(0 as UInt32)
        file.add(UInt64(size))
        file.bytes += content.bytes
        file.bytes += Fingerprint.sha256(file.bytes)
        return file.bytes
    }

    private func write(into content: inout ByteWriter) {
        switch network {
        case .sequence(let shape):
            content.add(shape.kind == .lstm ? 1 : 2 as UInt32)
            for number in [shape.features, shape.length, shape.width, shape.layers, shape.heads] {
                content.add(UInt32(number))
            }
            content.add(shape.dropout)
        case .policy(let shape):
            content.add(3 as UInt32)
            for number in [shape.observations, shape.actions, shape.width] {
                content.add(UInt32(number))
            }
        case .engine(let shape):
            content.add(4 as UInt32)
            for text in [shape.kind, shape.engine, shape.version, shape.output.rawValue] {
                content.add(text)
            }
            content.add(UInt32(shape.features))
            content.add(UInt32(shape.length))
            content.add(UInt32(shape.bytes.count))
            content.bytes += shape.bytes
        }
        content.add(UInt32(features.count))
        for name in features { content.add(name) }
        content.add(schemaHash)
        content.add(data)
        for number in [interval_ns, horizon_ns, from_ns, until_ns, expires_ns] {
            content.add(UInt64(bitPattern: number))
        }
        content.add(seed)
        content.add(means)
        content.add(deviations)
        content.add(slope)
        content.add(intercept)
        content.add(UInt32(scores.count))
        for score in scores {
            content.add(score.name)
            content.add(score.value)
        }
        content.add(weights)
    }

    /// Reads a file.
    ///
    /// - Throws: ``ModelFileError`` for whatever is not exactly what was written.
    public init(bytes: UnsafeRawBufferPointer) throws(ModelFileError) {
        let headSize = Self.headSize
        guard bytes.starts(with: Self.magic) else { throw .notAModel }
        guard bytes.count >= headSize + Self.digestSize else {
            throw .size(found: bytes.count, stated: headSize + Self.digestSize)
        }
        guard bytes.count <= Self.sizeMax else { throw .tooLarge(bytes.count) }
        var head = ByteReader(UnsafeRawBufferPointer(rebasing: bytes[8..<headSize]))
        let version: UInt32 = try head.number()
        guard version == Self.version else { throw .version(version) }
        let flags: UInt32 = try head.number()
        let size: UInt64 = try head.number()
        guard size == UInt64(bytes.count) else {
            throw .size(found: bytes.count, stated: Int(clamping: size))
        }
        let end = bytes.count - Self.digestSize
        guard Fingerprint.sha256(bytes[..<end]).elementsEqual(bytes[end...]) else { throw .digest }
        guard flags == 0 else { throw .content("flags that this build does not know") }
        var content = ByteReader(UnsafeRawBufferPointer(rebasing: bytes[headSize..<end]))
        try self.init(&content)
        guard content.isAtEnd else { throw .content("bytes after its end") }
    }

    /// Reads a file.
    ///
    /// - Throws: ``ModelFileError`` for whatever is not exactly what was written.
    public init(bytes: [UInt8]) throws(ModelFileError) {
        let read: Result<ModelFile, ModelFileError> = bytes.withUnsafeBytes { bytes in
            do throws(ModelFileError) {
                return .success(try ModelFile(bytes: bytes))
            } catch { return .failure(error) }
        }
        self = try read.get()
    }

    private init(_ content: inout ByteReader) throws(ModelFileError) {
        let network = try Self.network(&content)
        var features: [String] = []
        for _ in 0..<(try content.count(most: 256)) { features.append(try content.text()) }
        let hash = try content.text(), data = try content.text()
        var times: [Int64] = []
        for _ in 0..<5 { times.append(Int64(bitPattern: try content.number())) }
        let seed: UInt64 = try content.number()
        let means = try content.doubles(), deviations = try content.doubles()
        let slope = try content.double(), intercept = try content.double()
        var scores: [Score] = []
        for _ in 0..<(try content.count(most: Self.scoresMax)) {
            let name = try content.text()
            scores.append(Score(name, try content.double()))
        }
        try self.init(
            network: network, features: features, interval_ns: times[0], schemaHash: hash,
            data: data, horizon_ns: times[1], from_ns: times[2], until_ns: times[3],
            expires_ns: times[4], seed: seed, means: means, deviations: deviations, slope: slope,
            intercept: intercept, scores: scores, weights: try content.doubles())
    }

    private static func network(_ content: inout ByteReader) throws(ModelFileError) -> Network {
        let kind: UInt32 = try content.number()
        guard (1...4).contains(kind) else { throw .content("a network of kind \(kind)") }
        guard kind != 4 else { return .engine(try engine(&content)) }
        var numbers: [Int] = []
        for _ in 0..<(kind == 3 ? 3 : 5) {
            let number: UInt32 = try content.number()
            numbers.append(Int(number))
        }
        let dropout = kind == 3 ? 0 : try content.double()
        do throws(NetworkShape.Refusal) {
            guard kind != 3 else {
                return .policy(
                    try PolicyShape(
                        observations: numbers[0], actions: numbers[1], width: numbers[2]))
            }
            return .sequence(
                try NetworkShape(
                    kind == 1 ? .lstm : .transformer, features: numbers[0], length: numbers[1],
                    width: numbers[2], layers: numbers[3], heads: numbers[4], dropout: dropout))
        } catch { throw .content("a network whose \(error.text)") }
    }
}

extension ModelFile {
    private static func engine(_ content: inout ByteReader) throws(ModelFileError) -> EngineShape {
        var texts: [String] = []
        for _ in 0..<4 { texts.append(try content.text()) }
        guard let output = EngineShape.Output(rawValue: texts[3]) else {
            throw .content("an output of kind \(texts[3])")
        }
        let features: UInt32 = try content.number(), length: UInt32 = try content.number()
        let bytes = try content.bytes(most: EngineShape.bytesMax)
        do throws(NetworkShape.Refusal) {
            return try EngineShape(
                kind: texts[0], engine: texts[1], version: texts[2], features: Int(features),
                length: Int(length), output: output, bytes: bytes)
        } catch { throw .content("a network whose \(error.text)") }
    }
}

/// Puts numbers behind each other, little endian.
struct ByteWriter {
    var bytes: [UInt8] = []

    mutating func add(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func add(_ number: Double) { add(number.bitPattern) }

    mutating func add(_ text: String) {
        add(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func add(_ numbers: [Double]) {
        add(UInt32(numbers.count))
        for number in numbers { add(number) }
    }
}

/// Takes numbers from bytes, little endian, and never reads behind them.
struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    private var place = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    private mutating func take(_ count: Int) throws(ModelFileError) -> UnsafeRawBufferPointer {
        guard count <= bytes.count - place else { throw .content("less than it says") }
        defer { place += count }
        return UnsafeRawBufferPointer(rebasing: bytes[place..<place + count])
    }

    mutating func number<Number: FixedWidthInteger>() throws(ModelFileError) -> Number {
        let part = try take(MemoryLayout<Number>.size)
        return Number(littleEndian: part.loadUnaligned(as: Number.self))
    }

    mutating func double() throws(ModelFileError) -> Double {
        Double(bitPattern: try number())
    }

    mutating func count(most: Int) throws(ModelFileError) -> Int {
        let count: UInt32 = try number()
        guard count <= most else { throw .content("a list of \(count), allowed is \(most)") }
        return Int(count)
    }

    mutating func text() throws(ModelFileError) -> String {
        let size = try count(most: 4096)
        guard let text = String(validating: try take(size), as: UTF8.self) else {
            throw .content("a text that is not UTF-8")
        }
        return text
    }

    mutating func bytes(most: Int) throws(ModelFileError) -> [UInt8] {
        Array(try take(try count(most: most)))
    }

    mutating func doubles() throws(ModelFileError) -> [Double] {
        let size = try count(most: (bytes.count - place) / 8)
        var doubles: [Double] = []
        doubles.reserveCapacity(size)
        for _ in 0..<size { doubles.append(try double()) }
        return doubles
    }
}
