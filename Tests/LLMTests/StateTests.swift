import RialtoLLM
import Testing

/// One of each that a state may hold.
private struct Everything: Codable, Equatable {
    enum Choice: Codable, Equatable {
        case plain
        case price(Double)
        case named(text: String, count: Int?)
    }

    var choices: [Choice] = [.plain, .price(-0.0), .named(text: "a", count: nil)]
    var numbers: [Double] = [
        0.1, .pi, 1e300, -.infinity, .leastNonzeroMagnitude, 100_000_000_000_000_016,
    ]
    var whole: [Int64] = [.min, -1, 0, .max]
    var large = UInt64.max
    var text = "line\n\u{0}\"quoted\" \u{2028} \u{1F600}"
    var byNumber: [UInt64: String] = [7: "seven", .max: "most"]
    var nothing: Int?
    var something: [Bool]? = [true, false]
}

@Suite struct `A saved state` {
    @Test func `comes back as it was, bit for bit`() throws {
        let bytes = try #require(StateText.bytes(of: Everything()))
        #expect(StateText.value(Everything.self, from: bytes) == Everything())
        let zero = try #require(StateText.bytes(of: [-0.0, .nan]))
        let back = try #require(StateText.value([Double].self, from: zero))
        #expect(back[0].sign == .minus && back[1].isNaN)
    }

    @Test func `is refused when it is another's, cut or nothing`() throws {
        let bytes = try #require(StateText.bytes(of: Everything()))
        for broken in [[], Array(bytes.dropLast()), Array("[]".utf8), Array("{}".utf8)] {
            #expect(StateText.value(Everything.self, from: broken) == nil)
        }
        #expect(StateText.value(CoinWatch.self, from: bytes) == nil)
        #expect(StateText.value(Int8.self, from: Array("300".utf8)) == nil)
    }
}
