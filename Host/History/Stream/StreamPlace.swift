import RialtoValues

/// A line of a recorded stream, for messages.
struct StreamPlace {
    let file: String
    let line: Int

    /// Something is not where it belongs in the order of messages.
    func order(_ what: String, found: String?, allowed: String? = nil) -> HistoryError {
        HistoryError(.order, what, file: file, line: line, found: found, allowed: allowed)
    }

    func fall(from before_ns: Int64, to received_ns: Int64) -> HistoryError {
        order(
            "the line was received before the line before", found: UnixTime.text(received_ns),
            allowed: UnixTime.text(before_ns) + " or later, which counts instead")
    }

    /// The error that a fault stands for.
    func error(
        _ fault: StreamFault, _ bytes: UnsafeBufferPointer<UInt8>, _ instrument: Instrument
    ) -> HistoryError {
        var error = HistoryError(
            .format, "import stopped: ", file: file, line: line, found: bytes.excerpt,
            help: "correct the line; with --clean such lines are left out and counted")
        switch fault {
        case .noTime: return error.saying("a line does not begin with its receive time", Self.form)
        case .notJSON(let at):
            error.found = "at byte \(at) of the message, in " + bytes.excerpt
            return error.saying("a message is no JSON", "one JSON object on the line")
        case .tooDeep:
            return error.saying(
                "a message nests too deeply", "\(JSONScanner.depthMax) levels of nesting")
        case .missing(let field):
            error.field = field
            return error.saying("a message lacks a field", "the fields that the venue documents")
        case .twice(let field):
            error.field = field
            return error.saying("a field comes twice in a message", "each field once")
        case .noLevel:
            return error.saying(
                "a level of the book is impossible", "prices above 0, quantities of 0 or more")
        case .stranger(let name):
            error.found = name
            error.help = "put each instrument's messages into a file of their own"
            return error.saying(
                "a message is of another instrument or venue", "one instrument of one venue")
        case .unusable(let field, let fault): return unusable(error, field, fault, instrument)
        }
    }

    private static let form = "Unix nanoseconds, a blank, the venue's JSON"

    private func unusable(
        _ start: HistoryError, _ field: String, _ fault: FieldFault, _ instrument: Instrument
    ) -> HistoryError {
        var error = start
        error.field = field
        guard case .tooManyDecimals(let found) = fault else {
            return error.saying("a field cannot be used", "what the venue documents")
        }
        let isPrice = ["price", "bid", "ask", "mark price", "index price"].contains(field)
        let decimals = isPrice ? instrument.priceDecimals : instrument.quantityDecimals
        let option = isPrice ? "--price-decimals" : "--quantity-decimals"
        error.found = "\(found) decimals"
        error.help = "raise \(option), or leave it out: then the file is looked at first"
        return error.saying(
            "a number has more decimals than the instrument", "\(decimals) decimals")
    }
}

extension HistoryError {
    /// The error with the end of its summary, and what is allowed instead.
    fileprivate func saying(_ what: String, _ allowed: String) -> HistoryError {
        var copy = HistoryError(
            kind, summary + what, file: file, line: line, field: field, found: found,
            allowed: allowed)
        copy.help = help
        return copy
    }
}
