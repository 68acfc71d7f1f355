import RialtoLearning
import RialtoValues
import Testing

/// A file with random weights.
private func file(
    _ network: ModelFile.Network? = nil, seed: UInt64 = 3,
    deviation: Double = 0.5, expires_ns: Int64 = 9000
) throws -> ModelFile {
    let network = try network ?? policy()
    var random = SeededGenerator(seed: seed)
    let (width, count) =
        switch network {
        case .sequence(let shape): (shape.features, shape.weightCount)
        case .policy(let shape): (shape.observations - 1, shape.weightCount)
        case .engine(let shape): (shape.features, 0)
        }
    return try ModelFile(
        network: network, features: (0..<width).map { "rsi_\($0 + 2)" }, interval_ns: 60,
        schemaHash: "0123456789abcdef", data: "BTC/USD bars 1m", horizon_ns: 300, from_ns: 1000,
        until_ns: 8000, expires_ns: expires_ns, seed: seed, means: (0..<width).map { Double($0) },
        deviations: [Double](repeating: deviation, count: width), slope: 0.9, intercept: -0.01,
        scores: [.init("log_loss", 0.6931), .init("größe", 2)],
        weights: (0..<count).map { _ in random.unit() })
}

private func policy() throws -> ModelFile.Network {
    .policy(try PolicyShape(observations: 3, actions: 3, width: 2))
}

@Suite struct `A model file` {
    private static func networks() throws -> [ModelFile.Network] {
        [
            .sequence(try NetworkShape(.lstm, features: 3, length: 4, width: 5, layers: 3)),
            .sequence(
                try NetworkShape(
                    .transformer, features: 2, length: 6, width: 4, layers: 2, heads: 2,
                    dropout: 0.25)),
            try policy(),
            .engine(
                try EngineShape(
                    kind: "random-forest", engine: "lightgbm", version: "4.7.0", features: 3,
                    length: 2, output: .probability, bytes: [0, 255, 7])),
        ]
    }

    @Test func `is read as it was written, and written as it was read`() throws {
        for network in try Self.networks() {
            let written = try file(network)
            let read = try ModelFile(bytes: written.bytes)
            #expect(read == written)
            #expect(read.bytes == written.bytes)
        }
    }

    @Test func `has as many weights as its network`() throws {
        for network in try Self.networks() {
            switch network {
            case .sequence(let shape):
                let network = SequenceNetwork(shape, batch: 1)
                #expect(shape.weightCount == network.tape.weightCount)
            case .policy(let shape):
                #expect(shape.weightCount == PolicyNetwork(shape, batch: 1).tape.weightCount)
            case .engine: #expect(try file(network).weights.isEmpty)
            }
        }
    }

    @Test func `is refused wherever it is cut, and with anything behind it`() throws {
        let bytes = try file().bytes
        for count in bytes.indices {
            #expect(throws: ModelFileError.self) { try ModelFile(bytes: Array(bytes[..<count])) }
        }
        let cut = bytes.count - 1
        #expect(throws: ModelFileError.size(found: cut, stated: bytes.count)) {
            try ModelFile(bytes: bytes.dropLast())
        }
        #expect(throws: ModelFileError.size(found: bytes.count + 1, stated: bytes.count)) {
            try ModelFile(bytes: bytes + [0])
        }
    }

    @Test func `is refused with any bit turned`() throws {
        let bytes = try file().bytes
        for bit in 0..<8 * bytes.count {
            var turned = bytes
            turned[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: ModelFileError.self, "bit \(bit)") { try ModelFile(bytes: turned) }
        }
    }

    @Test func `that lies with a right digest is refused, or is a whole model`() throws {
        var refused = 0
        for seed in UInt64(0)..<3000 {
            var random = SeededGenerator(seed: seed)
            let network = try Self.networks()[Int(seed % 3)]
            var bytes = Array(try file(network).bytes.dropLast(32))
            for _ in 0...random.below(4) {
                let place = 24 + random.below(bytes.count - 24)
                switch random.below(3) {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + random.below(9)))
                default: bytes.insert(contentsOf: bytes[24...].prefix(random.below(9)), at: place)
                }
            }
            for (index, shift) in (16..<24).enumerated() {
                bytes[shift] = UInt8(truncatingIfNeeded: (bytes.count + 32) >> (8 * index))
            }
            bytes += Fingerprint.sha256(bytes)
            do {
                let read = try ModelFile(bytes: bytes)
                #expect(read.bytes == bytes, "seed \(seed)")
            } catch { refused += 1 }
        }
        #expect(refused > 1000)
    }

    @Test func `says what is wrong with it`() throws {
        func text(_ bytes: [UInt8]) -> String? {
            #expect(throws: ModelFileError.self) { try ModelFile(bytes: bytes) }?.text
        }
        var other = try file().bytes
        other[8] = 7
        #expect(text(other) == "the model file has format 7; this build reads 1")
        #expect(
            text(Array("hello".utf8)) == "this is no model file: it does not begin with RIALTO-M")
        #expect(throws: ModelFileError.content("a deviation that is not above 0")) {
            try file(deviation: 0)
        }
        #expect(throws: ModelFileError.content("deviations that are not finite numbers")) {
            try file(deviation: .infinity)
        }
        #expect(throws: ModelFileError.content("an end of use within the training range")) {
            try file(expires_ns: 8000)
        }
    }

    @Test func `has the digest of FIPS 180-4`() {
        func hex(_ text: String) -> String {
            Fingerprint.sha256(text.utf8).map {
                String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
            }.joined()
        }
        #expect(
            hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    }
}
