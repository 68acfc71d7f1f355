import CRialto
import CRialtoDraft
import RialtoValues

/// The terms of orders as the bytes of requests say them, read by the host itself at the places
/// that the plugin names. A plugin that writes one thing and reads back another is found out here.
///
/// Numbers must be what was asked for. Sides and instruments have the venue's own words: the host
/// learns them from the first orders, and one word stands for one side or instrument ever after.
struct WrittenTerms {
    private let instruments: [Instrument]
    private var quantityNotations = NumberNotations.any
    private var priceNotations = NumberNotations.any
    private var sideWords = Words()
    private var instrumentWords = Words()

    init(_ instruments: [Instrument]) { self.instruments = instruments }

    /// Checks the bytes at the places of `terms` against what was asked for.
    ///
    /// - Throws: ``TermMismatch``; nothing is learned from the request then.
    /// - Complexity: O(instruments), with a small factor.
    mutating func check(
        _ request: OrderRequest, _ output: rialto_output_t, _ terms: rialto_read_back_t
    ) throws(TermMismatch) {
        guard Int(request.instrument) < instruments.count else {
            throw TermMismatch(text: "instrument \(request.instrument) is none of the run")
        }
        let instrument = instruments[Int(request.instrument)]
        try checkApart(terms)
        var next = self
        try checkClientId(
            request.clientId, PlacedText("client id", terms.client_id_place, in: output))
        let quantity = try PlacedText("quantity", terms.quantity_place, in: output)
        try quantity.checkWhole(joinsNumber)
        try quantity.checkNumber(
            request.quantity, decimals: instrument.quantityDecimals, &next.quantityNotations)
        try next.checkPrice(request.price, instrument, terms.price_place, output)
        try next.checkSide(request.side, PlacedText("side", terms.side_place, in: output))
        try next.checkInstrument(
            request.instrument, PlacedText("instrument", terms.instrument_place, in: output))
        self = next
    }

    /// Checks that no two terms share bytes.
    private func checkApart(_ terms: rialto_read_back_t) throws(TermMismatch) {
        let places = [
            terms.instrument_place, terms.side_place, terms.price_place, terms.quantity_place,
            terms.client_id_place,
        ].filter { $0.size > 0 }
        for (index, a) in places.enumerated() {
            for b in places.dropFirst(index + 1)
            where a.part == b.part && UInt64(a.offset) < UInt64(b.offset) + UInt64(b.size)
                && UInt64(b.offset) < UInt64(a.offset) + UInt64(a.size)
            { throw TermMismatch(text: "places of two terms overlap at \(b.offset)") }
        }
    }

    /// The id in decimal digits. The venue may ask for more around it, though not for more digits.
    private func checkClientId(_ id: UInt64, _ text: PlacedText) throws(TermMismatch) {
        try text.checkWhole { isDigit($0) || $0 == 0x2E || isEscape($0) }
        guard text.bytes.allSatisfy(isDigit), UInt64(text.text) == id else {
            throw TermMismatch(
                text: "client id is written as \(text.text) in the request, and \(id) was asked "
                    + "for")
        }
    }

    /// A market order has no price, and so no place of one.
    private mutating func checkPrice(
        _ price: Int64, _ instrument: Instrument, _ place: rialto_range_t,
        _ output: rialto_output_t
    ) throws(TermMismatch) {
        guard price > 0 else {
            guard place.size == 0 else {
                throw TermMismatch(text: "price has a place in the request of a market order")
            }
            return
        }
        let text = try PlacedText("price", place, in: output)
        try text.checkWhole(joinsNumber)
        try text.checkNumber(price, decimals: instrument.priceDecimals, &priceNotations)
    }

    private mutating func checkSide(_ side: Side, _ text: PlacedText) throws(TermMismatch) {
        try text.checkWhole { isDigit($0) || isLetter($0) || isEscape($0) }
        try sideWords.check(text, UInt32(side.rawValue)) { word in
            switch word.lowercased() {
            case "buy", "bid": side == .buy
            case "sell", "ask": side == .sell
            default: true
            }
        }
    }

    private mutating func checkInstrument(
        _ index: UInt32, _ text: PlacedText
    ) throws(TermMismatch) {
        try text.checkWhole {
            isDigit($0) || isLetter($0) || isEscape($0) || $0 == 0x2D || $0 == 0x5F
        }
        let own = instruments[Int(index)].name
        try instrumentWords.check(text, index) { word in
            word == own || !instruments.contains { $0.name == word }
        }
    }
}

/// Words of a venue, and what each of them stands for: one word one meaning, both ways.
private struct Words {
    private var meanings: [UInt32] = []
    private var words: [[UInt8]] = []

    /// Checks a word of `meaning`, and learns it when it is the first.
    ///
    /// - Parameter canMean: Whether a new word may stand for the meaning.
    mutating func check(
        _ text: PlacedText, _ meaning: UInt32, canMean: (String) -> Bool
    ) throws(TermMismatch) {
        if let index = meanings.firstIndex(of: meaning) {
            guard text.bytes.elementsEqual(words[index]) else {
                throw TermMismatch(
                    text: "\(text.term) is written as \(text.text) in the request, and so far as "
                        + String(decoding: words[index], as: UTF8.self))
            }
            return
        }
        guard !words.contains(where: { text.bytes.elementsEqual($0) }), canMean(text.text) else {
            throw TermMismatch(
                text: "\(text.term) is written as \(text.text) in the request, which stands for "
                    + "another \(text.term)")
        }
        meanings.append(meaning)
        words.append(Array(text.bytes))
    }
}

/// Begins an escape of JSON or of a url, which would be one more character.
private func isEscape(_ byte: UInt8) -> Bool { byte == 0x5C || byte == 0x25 }

private func joinsNumber(_ byte: UInt8) -> Bool {
    isDigit(byte) || isLetter(byte) || isEscape(byte) || byte == 0x2E || byte == 0x2B
        || byte == 0x2D || byte == 0x5F
}
