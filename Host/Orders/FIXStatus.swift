import RialtoValues

extension OrderState {
    /// The state as FIX 4.4 field 39 (OrdStatus) writes it.
    ///
    /// FIX has no code for an order whose outcome is unknown; it stays pending new (`A`) until the
    /// venue is heard.
    package var fixStatus: Character {
        switch self {
        case .submitted, .unknown: "A"
        case .accepted: "0"
        case .partlyFilled: "1"
        case .filled: "2"
        case .canceled: "4"
        case .rejected: "8"
        case .expired: "C"
        }
    }

    /// The state in words, as reports write it.
    package var word: String {
        switch self {
        case .submitted: "submitted"
        case .accepted: "working"
        case .partlyFilled: "partly filled"
        case .filled: "filled"
        case .canceled: "canceled"
        case .rejected: "rejected"
        case .expired: "expired"
        case .unknown: "unknown"
        }
    }
}

extension Order {
    /// The order's status as FIX 4.4 field 39 (OrdStatus) writes it.
    ///
    /// A pending cancel (`6`) is said of a working order only.
    package var fixStatus: Character {
        isCancelPending && state != .submitted && state != .unknown ? "6" : state.fixStatus
    }
}
