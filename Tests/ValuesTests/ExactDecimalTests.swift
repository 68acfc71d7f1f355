import RialtoValues
import Testing

@Suite struct `An exact decimal` {
    @Test(
        arguments: [
            ("1", 2, 100), ("1.5", 2, 150), ("-0.01", 2, -1), ("1.500", 1, 15), ("1e3", 0, 1000),
            ("1.25e-1", 3, 125), ("3832.6286242", 7, 38_326_286_242), ("0", 0, 0), (".5", 1, 5),
            ("+7.", 0, 7), ("10000000000000000000e-19", 0, 1), ("0.000", 0, 0),
        ] as [(String, Int, Int64)])
    func `is read to the unit`(text: String, decimals: Int, units: Int64) throws {
        #expect(try ExactDecimal.units(text.utf8, decimals: decimals) == units)
    }

    @Test(arguments: ["", "-", ".", "1.2.3", "1e", "1e+", "abc", "1 ", "0x10", "nan", "1,5", "--1"])
    func `refuses what is no number`(text: String) {
        #expect(throws: DecimalError.notANumber) { try ExactDecimal.units(text.utf8, decimals: 4) }
    }

    @Test func `refuses a price with more decimals than the instrument, and says how many`() {
        #expect(throws: DecimalError.tooManyDecimals(found: 3, allowed: 2)) {
            try ExactDecimal.units("1.005".utf8, decimals: 2)
        }
    }

    @Test(arguments: [
        "9223372036854775808", "1e30", "99999999999999999999999999999999999999999999",
    ])
    func `refuses what does not fit`(text: String) {
        #expect(throws: DecimalError.outOfRange) { try ExactDecimal.units(text.utf8, decimals: 0) }
    }

    @Test(
        arguments: [
            ("1.25", 1, 12, true), ("1.35", 1, 14, true), ("1.251", 1, 13, true),
            ("-1.25", 1, -12, true),
            ("1.2", 1, 12, false), ("1e-60", 2, 0, true),
        ] as [(String, Int, Int64, Bool)])
    func `rounds a volume half to even and says so`(
        text: String, decimals: Int, units: Int64, rounded: Bool
    ) throws {
        let result = try ExactDecimal.roundedUnits(text.utf8, decimals: decimals)
        #expect(result.units == units && result.rounded == rounded)
    }

    @Test func `comes back from its own text, whatever the value`() throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<2_000 {
            let decimals = Int.random(in: 0...18, using: &random)
            let units =
                Int64.random(in: .min...(.max), using: &random)
                >> Int.random(in: 0...62, using: &random)
            let text = ExactDecimal.text(Int128(units), decimals: decimals)
            let short = ExactDecimal.shortText(Int128(units), decimals: decimals)
            #expect(try ExactDecimal.units(text.utf8, decimals: decimals) == units)
            #expect(try ExactDecimal.units(short.utf8, decimals: decimals) == units)
        }
    }
}

@Suite struct `A time` {
    @Test(
        arguments: [
            ("1970-01-01", 0), ("2019-01-01T00:00:00Z", 1_546_300_800_000_000_000),
            ("2019-01-01 01:00:00+01:00", 1_546_300_800_000_000_000),
            ("1969-12-31T23:59:59.5Z", -500_000_000), ("2000-02-29T12:00", 951_825_600_000_000_000),
        ] as [(String, Int64)])
    func `is read from ISO 8601`(text: String, time: Int64) {
        #expect(UnixTime.parse(text.utf8) == time)
    }

    @Test(arguments: [
        "", "2019-13-01", "2019-02-29", "2019-01-01T25:00", "2019-01-01x",
        "2019-01-01T00:00:00.0123456789",
    ])
    func `is not read from anything else`(text: String) {
        #expect(UnixTime.parse(text.utf8) == nil)
    }

    @Test func `comes back from its own text`() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<2_000 {
            let time = Int64.random(
                in: -2_000_000_000_000_000_000...9_000_000_000_000_000_000, using: &random)
            #expect(UnixTime.parse(UnixTime.text(time).utf8) == time)
        }
    }
}
