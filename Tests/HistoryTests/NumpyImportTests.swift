import RialtoHistory
import RialtoValues
import Testing

private let tradeFields = "[('ts', '<i8'), ('price', '<f8'), ('size', '<f8'), ('side', '<i8')]"

@Suite struct `An import of a NumPy array` {
    @Test func `makes every double the nearest multiple of the unit`() throws {
        var random = SeededGenerator(seed: 9)
        let units = (0..<1_000).map { _ in Int64.random(in: 1...90_000_000_000, using: &random) }
        let rows = units.enumerated().flatMap { index, units in
            trade(Int64(index), Double(units) / 100, 1, index % 2 == 0 ? 1 : -1)
        }
        let series = try read(numpy(tradeFields, shape: "(1000,)", rows: rows))[0].series
        #expect((0..<1_000).allSatisfy { series.trades?.price[$0] == units[$0] })
        #expect(series.trades?.takerSide[0] == 1 && series.trades?.takerSide[1] == 2)
    }

    @Test(arguments: [
        (100.01, true), (100.0100000001, true), (100.01002, false), (0.005, false),
        (12_345_678_901.23, true), (.nan, false), (.infinity, false), (1e300, false), (-1, false),
    ])
    func `refuses a double away from the unit's multiples`(price: Double, isTaken: Bool) {
        let bytes = numpy(tradeFields, shape: "(1,)", rows: trade(1, price, 1, 1))
        #expect(((try? read(bytes)) != nil) == isTaken)
    }

    @Test func `names the row and field of what it refuses`() {
        let bytes = numpy(
            tradeFields, shape: "(2,)", rows: trade(1, 1, 1, 1) + trade(2, 1.005, 1, 1))
        #expect { try read(bytes) } throws: { error in
            let error = error as? HistoryError
            return error?.row == 1 && error?.field == "price" && error?.found == "1.005"
        }
    }

    @Test func `gives one series per entry of axis 0`() throws {
        let rows = (1...6).flatMap { trade(Int64($0), Double($0), 2, 1) }
        let bytes = numpy(tradeFields, shape: "(2, 3)", rows: rows, version: 2)
        let names = [Instrument.sample("A"), .sample("B")]
        let both = try read(bytes, names)
        #expect(both.map(\.series.instrument.name) == ["A", "B"])
        #expect(both[1].series.trades?.price[0] == 400 && both[1].series.count == 3)
        #expect(throws: HistoryError.self) { try read(bytes) }
    }

    @Test func `reads small integers, floats, dates and skips what it does not need`() throws {
        let fields =
            "[('note', '|S3'), ('time', '<M8[s]'), ('price', '<f4'), ('qty', '<u2'), ('m', '|b1')]"
        let bits = Float(0.1).bitPattern
        let price = (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt32($0))) }
        let rows: [UInt8] = [1, 2, 3] + littleEndian(Int64(7)) + price + [5, 1, 1]
        let series = try read(numpy(fields, shape: "(1,)", rows: rows, version: 3))[0].series
        #expect(series.time_ns[0] == 7_000_000_000 && series.trades?.price[0] == 10)
        #expect(series.trades?.quantity[0] == 261_000 && series.trades?.takerSide[0] == 2)
    }

    @Test(arguments: [
        "[('ts', '>i8'), ('price', '<f8'), ('size', '<f8')]", "'<f8'", "[('ts', '<i8')]", "[]",
        "[('ts', 'O'), ('price', '<f8')]", "[('ts', '<i8', (2,))]",
    ])
    func `refuses types and shapes that it cannot read`(fields: String) {
        let rows = [UInt8](repeating: 1, count: 24)
        #expect(throws: HistoryError.self) { try read(numpy(fields, shape: "(1,)", rows: rows)) }
    }

    @Test func `is refused wherever it is cut, and when it is too long`() {
        let bytes = numpy(tradeFields, shape: "(2,)", rows: trade(1, 1, 1, 1) + trade(2, 1, 1, 1))
        for length in 0..<bytes.count {
            #expect(throws: HistoryError.self, "\(length)") {
                try read(Array(bytes.prefix(length)))
            }
        }
        #expect(throws: HistoryError.self) { try read(bytes + [0]) }
    }

    @Test func `never crashes on altered bytes or on absurd claims`() {
        let bytes = numpy(tradeFields, shape: "(2,)", rows: trade(1, 1, 1, 1) + trade(2, 1, 1, 1))
        for seed in UInt64(0)..<3_000 {
            var random = SeededGenerator(seed: seed)
            var altered = bytes
            for _ in 0...seed % 4 { altered = damaged(altered, using: &random) }
            _ = try? read(altered)
        }
        for shape in [
            "(9223372036854775807,)", "(99999999999999999999,)", "(1, 1, 1)", "()", "(-1,)",
            "((((((((((1",
        ] {
            #expect(throws: HistoryError.self) {
                try read(numpy(tradeFields, shape: shape, rows: []))
            }
        }
        #expect(throws: HistoryError.self) {
            try read(numpy(tradeFields, shape: "(100000000000000000,)", rows: trade(1, 1, 1, 1)))
        }
    }

    private func trade(_ time: Int64, _ price: Double, _ size: Double, _ side: Int64) -> [UInt8] {
        littleEndian(time) + littleEndian(price) + littleEndian(size) + littleEndian(side)
    }

    @discardableResult
    private func read(_ bytes: [UInt8], _ instruments: [Instrument] = [.sample()])
        throws(HistoryError) -> [Imported]
    {
        try Importer.trades(rules: .strict).numpy(
            ByteInput(name: "x.npy", bytes: bytes), instruments,
            format: NumpyFormat(timeUnit: .nanoseconds))
    }
}
