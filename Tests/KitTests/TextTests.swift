import RialtoTestHost
import RialtoValues
import Testing

/// Hands bytes over as a callback is given them.
private func with<Result>(_ bytes: [UInt8], _ body: (Bytes) throws -> Result) rethrows -> Result {
    try bytes.withUnsafeBufferPointer { try body(Bytes($0)) }
}

private func decimal(_ text: String, _ decimals: Int) -> Int128? {
    with(Array(text.utf8)) { $0.wideUnits(decimals: decimals) }
}

private func reads(_ text: String) -> Bool { with(Array(text.utf8)) { JSONObject($0) != nil } }

extension SeededGenerator {
    /// A number of any size.
    fileprivate mutating func wide() -> Int128 {
        (Int128(truncatingIfNeeded: next()) << 64 | Int128(next()))
            >> Int.random(
                in: 0..<128, using: &self)
    }
}

@Suite struct `An exact decimal` {
    @Test func `reads back as it was written`() {
        var random = SeededGenerator(seed: 1)
        for round in 0..<10_000 {
            let units = random.wide(), decimals = Int.random(in: 0...38, using: &random)
            let text = String(DecimalText(units, decimals: decimals))
            #expect(decimal(text, decimals) == units, "round \(round): \(text)")
            let parts = text.split(separator: ".")
            #expect((parts.count > 1 ? parts[1].count : 0) == decimals, "round \(round): \(text)")
            #expect(Int128(text.replacing(".", with: "")) == units, "round \(round): \(text)")
        }
    }

    @Test(arguments: [
        ("65000.01", 2, 6_500_001), ("-0.5", 1, -5), ("1.500", 1, 15), ("007", 0, 7),
        ("0.000", 0, 0), ("-0", 4, 0),
    ])
    func `is read exactly`(text: String, decimals: Int, units: Int128) {
        #expect(decimal(text, decimals) == units)
    }

    @Test(arguments: [
        "", "-", ".", "1.", ".5", "+1", "1e3", " 1", "1 ", "1.2.3", "--1", "1.001", "0x1", "١",
        "1,5", "NaN", "-.5", "1.-5",
    ])
    func `is refused when it is none, or has more decimals`(text: String) {
        #expect(decimal(text, 2) == nil)
    }

    @Test(arguments: [Int128.max, .min])
    func `is read to the ends of its range, and not beyond`(edge: Int128) {
        let text = String(DecimalText(edge, decimals: 18))
        #expect(decimal(text, 18) == edge)
        #expect(decimal(text, 19) == nil)
        #expect(decimal("\(edge)0", 0) == nil)
        #expect(decimal("170141183460469231731687303715884105728", 0) == nil)
    }

    @Test func `is a price only when it fits one, and an id only when it is one`() {
        #expect(("9223372036854775807" as Bytes).units(decimals: 0) == Int64.max)
        #expect(("9223372036854775808" as Bytes).units(decimals: 0) == nil)
        #expect(("18446744073709551615" as Bytes).id == UInt64.max)
        for none in ["", "0", "-1", "+1", "1.0", "18446744073709551616"] as [Bytes] {
            #expect(none.id == nil, "\(String(none))")
        }
    }
}

@Suite struct `Flat JSON` {
    /// Texts, numbers and booleans under distinct keys, and the object that holds them.
    private func message(
        _ random: inout SeededGenerator
    ) -> (bytes: [UInt8], fields: [(key: Bytes, value: String)]) {
        let letters = ["a", "\"", "\\", "\n", "é", "}", ",", ":", "\u{1}", "😀", "0"]
        let keys: [Bytes] = ["a", "b", "client_id", "d", "e", "price", "g", "h"]
        var writer = JSONWriter(capacity: 0), fields: [(key: Bytes, value: String)] = []
        writer.begin()
        for key in keys.prefix(.random(in: 0...8, using: &random)) {
            let value = (0..<Int.random(in: 0..<5, using: &random)).map { _ in
                letters.randomElement(using: &random) ?? ""
            }.joined()
            switch Int.random(in: 0..<4, using: &random) {
            case 0: writer.number(key, DecimalText(random.wide(), decimals: 4))
            case 1: writer.boolean(key, value.isEmpty)
            case 2: writer.text(key, DecimalText(random.wide(), decimals: 0))
            default: writer.text(key, value)
            }
            fields.append((key, value))
        }
        return (writer.end(), fields)
    }

    @Test func `reads back as it was written`() throws {
        var random = SeededGenerator(seed: 2)
        for round in 0..<2000 {
            let (bytes, fields) = message(&random)
            try with(bytes) { bytes in
                let object = try #require(JSONObject(bytes), "round \(round)")
                #expect(object.count == fields.count)
                for (index, field) in fields.enumerated() {
                    #expect(object[index].key == field.key, "round \(round)")
                    guard case .text(let text) = object[index].value, text.id == nil,
                        text.wideUnits(decimals: 0) == nil
                    else { continue }
                    #expect(String(text) == field.value, "round \(round)")
                }
            }
        }
    }

    @Test func `is an object or nothing when it is cut, flipped or of any bytes`() {
        var random = SeededGenerator(seed: 3), read = 0, refused = 0
        for _ in 0..<10_000 {
            var bytes = message(&random).bytes
            let at = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.removeLast(bytes.count - at)
            case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes += bytes[at...]
            default:
                let letters = Array("{}\":,\\u09ae-.\n".utf8) + [0x80]
                bytes = (0..<at).map { _ in letters.randomElement(using: &random) ?? 0 }
            }
            with(bytes) { bytes in
                guard let object = JSONObject(bytes) else { return refused += 1 }
                read += 1
                for index in 0..<object.count {
                    let field = object[index]
                    #expect(object[field.key] == field.value)
                    #expect(field.value.word?.contains(0x22) != true)
                    #expect(field.value.word?.contains(0x5C) != true)
                }
            }
        }
        #expect(read > 100 && refused > 100, "\(read) and \(refused)")
    }

    @Test func `is refused wherever it is cut`() {
        let whole = Array(#" {"a":"b", "c":-1.5e3,"d":true,"e":null,"f":"\u00e9"} "#.utf8)
        let end = whole.count - 1
        #expect(with(whole) { JSONObject($0) != nil })
        #expect(with(Array(whole[..<end])) { JSONObject($0) != nil })
        for size in 0..<end {
            #expect(with(Array(whole[..<size])) { JSONObject($0) == nil }, "\(size) bytes")
        }
    }

    @Test(arguments: [
        "", "[]", "{}{}", "{\"a\":1,}", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\":{}}", "{\"a\":[]}",
        "{\"a\":01}", "{\"a\":+1}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":1e}", "{\"a\":tru}",
        "{\"a\":1,\"a\":2}", "{\"\\u0061\":1}", "{\"a\":\"\\x\"}", "{\"a\":\"\n\"}", "{'a':1}",
        "{\"a\":\"\\u00g0\"}", "{\"a\":1 2}", "{a:1}", "{\"a\":-}",
    ])
    func `is one object without objects`(text: String) { #expect(!reads(text)) }

    @Test func `has at most 32 fields, and is UTF-8`() {
        let many = (0..<33).map { "\"k\($0)\":1" }
        #expect(reads("{\(many[..<32].joined(separator: ","))}"))
        #expect(!reads("{\(many.joined(separator: ","))}"))
        #expect(
            with(Array("{\"a\":\"".utf8) + [0xFF] + Array("\"}".utf8)) { JSONObject($0) == nil })
        #expect(reads("{ }"))
    }

    @Test func `gives its values exactly`() throws {
        let text = #"{"id":"42","price":65000.01,"fee":"-0.5","none":null,"odd":"a\"b"}"#
        try with(Array(text.utf8)) { bytes in
            let object = try #require(JSONObject(bytes))
            #expect(object.id("id") == 42 && object.id("fee") == nil)
            #expect(object.units("price", decimals: 2) == 6_500_001)
            #expect(object.units("price", decimals: 1) == nil)
            #expect(object.units("gone", decimals: 1) == nil)
            #expect(object.unitsOrZero("gone", decimals: 1) == 0)
            #expect(object.unitsOrZero("none", decimals: 1) == 0)
            #expect(object.unitsOrZero("odd", decimals: 1) == nil)
            #expect(object.cashOrZero("fee") == -500_000_000_000_000_000)
            #expect(object.word("odd") == nil && object["odd"] == .escaped(#"a\"b"#))
        }
    }
}
