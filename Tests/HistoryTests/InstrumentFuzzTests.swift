import Foundation
import RialtoHistory
import RialtoValues
import Testing

/// A stored zip archive of one entry, as its format says it.
private func archive(_ text: String, name: String = "a.csv") -> [UInt8] {
    func bytes(_ value: Int, _ width: Int) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let plain = Array(text.utf8), title = Array(name.utf8)
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in plain {
        sum ^= UInt32(byte)
        for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    let facts = bytes(Int(~sum), 4) + bytes(plain.count, 4) + bytes(plain.count, 4)
    let local =
        bytes(0x0403_4B50, 4) + bytes(20, 2) + bytes(0, 8) + facts + bytes(title.count, 2)
        + bytes(0, 2) + title + plain
    let directory =
        bytes(0x0201_4B50, 4) + bytes(20, 2) + bytes(20, 2) + bytes(0, 8) + facts
        + bytes(title.count, 2) + bytes(0, 16) + title
    return local + directory + bytes(0x0605_4B50, 4) + bytes(0, 4) + bytes(1, 2) + bytes(1, 2)
        + bytes(directory.count, 4) + bytes(local.count, 4) + bytes(0, 2)
}

private let rows = """
    20240102 00:00,1000000,1010000,990000,1005000,1000
    20240103 00:00,1005000,1020000,1000000,1010000,2000

    """

@Suite struct `An archive of LEAN` {
    private func read(_ bytes: [UInt8]) throws -> Series {
        try inTemporaryFolder { path in
            try Data(bytes).write(to: URL(fileURLWithPath: path + "/a.zip"))
            let instrument = Instrument.sample("A/USD", priceDecimals: 4, quantityDecimals: 0)
            return try LeanBars(path: path + "/a.zip").bars(
                instrument, calendar: .usEquities, rules: .strict, where: { _ in true }
            ).imported.series
        }
    }

    @Test func `is read with times of closing and exact prices`() throws {
        let series = try read(archive(rows))
        #expect(series.count == 2 && series.bars?.close[1] == 1_010_000)
        #expect(series.time_ns[0] == UnixTime.parse("2024-01-02T21:00:00Z".utf8))
    }

    @Test func `is an error or sound bars, whatever its bytes, never a crash`() throws {
        let whole = archive(rows)
        for place in whole.indices {
            #expect(throws: HistoryError.self) { try read(Array(whole[..<place])) }
        }
        for seed in UInt64(0)..<1_500 {
            var random = SeededGenerator(seed: seed), bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = .random(
                    in: 0...255, using: &random)
            }
            do {
                #expect(try read(bytes).count <= 2)
            } catch { #expect(error is HistoryError, "seed \(seed)") }
        }
    }

    @Test(arguments: [
        "", "a,b\n", "20240102 00:00,1,2,3\n", "20240132 00:00,1,1,1,1,1\n",
        "20240102 00:00,1.5,2,1,1,1\n", "20240102 00:00,9,8,7,6,5\n",
    ])
    func `is refused where its table is none`(text: String) {
        #expect(throws: HistoryError.self) { try read(archive(text)) }
    }
}

@Suite struct `A text about an instrument` {
    private let texts = [
        "20200101,0.9,0.5,100\n20200601,0.95,0.5,100\n20501231,1,1,0\n",
        "19980102,nb,N\n19980930,nb,N\n20501231,bac,N\n",
        "time,action,value\n2020-08-31,split,4:1\n2021-02-05,dividend,0.205\n2022-06-10,halt,\n",
        "time,rate\n1704067200000,0.0001\n1704096000000,-0.0002\n",
    ]

    @Test func `is an error or a record that can be true, whatever its bytes`() throws {
        for seed in UInt64(0)..<4_000 {
            var random = SeededGenerator(seed: seed)
            var bytes = Array(texts[Int(seed % 4)].utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[place] = .random(in: 0x20...0x7E, using: &random)
                case 1: bytes.insert(bytes[place], at: place)
                default: bytes.remove(at: place)
                }
            }
            let input = ByteInput(name: "t", bytes: bytes)
            do {
                let actions =
                    switch seed % 4 {
                    case 0: try LeanFactors.actions(input, calendar: .usEquities)
                    case 1: try LeanMap(input).actions(calendar: .usEquities)
                    case 2: try ActionTable(input, .actions, calendar: .usEquities).actions
                    default: try ActionTable(input, .funding, calendar: .always).actions
                    }
                let record = try InstrumentRecord("A/USD", calendar: .always, actions: actions)
                #expect(record.actions.count == actions.count)
            } catch { #expect(!error.summary.isEmpty, "seed \(seed)") }
        }
    }
}
