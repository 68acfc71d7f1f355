import RialtoHistory
import RialtoValues
import Testing

@Suite struct `The key of a series` {
    @Test func `becomes a file name that is safe and reads back`() {
        var random = SeededGenerator(seed: 3)
        let letters = Array("AZaz09/-._:~% é")
        for _ in 0..<1_000 {
            let length = Int.random(in: 1...12, using: &random)
            let name = String(
                (0..<length).map { _ in letters[Int(random.next() % UInt64(letters.count))] })
            for kind in SeriesKind.allCases {
                let interval = kind == .bars ? Int64.random(in: 1...(.max), using: &random) : 0
                let key = SeriesKey(instrument: name, kind: kind, interval_ns: interval)
                #expect(!key.fileName.contains("/") && !key.fileName.hasPrefix("."))
                #expect(SeriesKey(fileName: key.fileName) == key)
            }
        }
    }

    @Test func `looks like what it names`() {
        let key = SeriesKey(instrument: "BTC/USD", kind: .bars, interval_ns: 60_000_000_000)
        #expect(key.fileName == "BTC%2FUSD~bars~1m.rhist")
        #expect(key.text == "BTC/USD bars 1m")
    }

    @Test(arguments: [
        "", "x", "~bars.rhist", "A~bars.rhist", "A~trades~1m.rhist", "A~bars~60s.rhist",
        "%4~trades.rhist",
        "%41~trades.rhist", "A~bars~0m.rhist", "../A~trades.rhist",
    ])
    func `is not read from another file's name`(name: String) {
        #expect(SeriesKey(fileName: name) == nil)
    }
}

@Suite struct `A checksum` {
    @Test(
        arguments: [
            ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B),
            ("abc", 0x44BC_2CF5_AD77_0999),
            ("xxhash", 0x32DD_3895_2C4B_C720),
            ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
        ] as [(String, UInt64)])
    func `is that of the published XXH64`(text: String, hash: UInt64) {
        #expect(Array(text.utf8).withUnsafeBytes { Checksum.xxh64($0) } == hash)
    }
}
