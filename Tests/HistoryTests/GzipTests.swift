import RialtoHistory
import RialtoValues
import Testing

@Suite struct `Packed text` {
    private static let definition = SeriesDefinition(
        instrument: .sample(), kind: .trades, interval_ns: 0)
    private static let head = Array("time,price,size\n1,1,1\n".utf8)
    private static let tail = Array("2,2,2\n3,3,3\n".utf8)

    @Test func `is unpacked by content, in one member or several, with padding`() throws {
        let plain = try imported(Self.head + Self.tail, Self.definition).series
        for bytes in [
            gzip(Self.head + Self.tail), gzip(Self.head) + gzip(Self.tail),
            gzip(Self.head) + gzip([]) + gzip(Self.tail) + [0, 0, 0],
        ] {
            #expect(try imported(bytes, Self.definition).series.isEqual(to: plain))
        }
    }

    @Test func `is refused wherever it is cut`() {
        let bytes = gzip(Self.head + Self.tail)
        for length in 2..<bytes.count {
            #expect(throws: HistoryError.self, "cut after \(length) bytes") {
                try imported(Array(bytes.prefix(length)), Self.definition)
            }
        }
    }

    @Test func `is refused with anything behind it, and when its checksum differs`() {
        var altered = gzip(Self.head + Self.tail)
        altered[altered.count - 6] ^= 1
        for bytes in [gzip(Self.head) + [1, 2, 3], altered] {
            #expect(throws: HistoryError.self) { try imported(bytes, Self.definition) }
        }
    }
}

@Suite struct `Damaged input` {
    @Test(arguments: SeriesKind.allCases)
    func `ends as an error or as rows that obey the rules, never as a crash`(kind: SeriesKind)
        throws
    {
        for seed in UInt64(0)..<600 {
            var random = SeededGenerator(seed: seed)
            let definition = SeriesDefinition.random(kind, using: &random)
            let series = try Series.random(definition, count: 30, using: &random)
            var bytes = try exported(
                series, CSVExport(times: seed % 2 == 0 ? .iso : .nanoseconds, barTime: .close))
            for _ in 0...seed % 3 { bytes = damaged(bytes, using: &random) }
            if seed % 5 == 0 { bytes = damaged(gzip(bytes), using: &random) }
            for rules in [ImportRules.strict, .clean] {
                guard let result = try? imported(bytes, definition, rules: rules) else { continue }
                #expect(result.report.rows == result.report.kept + result.report.droppedCount)
                var check = try SeriesBuilder(definition)
                for index in 0..<result.series.count { try check.append(result.series.row(index)) }
            }
        }
    }
}
