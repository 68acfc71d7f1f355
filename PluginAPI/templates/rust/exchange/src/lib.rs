//! {{id}}: a codec for one venue. It does no I/O: it says what to send, and reads the answers; the
//! host sends, signs and limits. The contract is a draft, and may still change.
//!
//! As it stands it speaks the protocol of Rialto's paper venue: name its id as the `plugin` of the
//! `venue` in a run file, and every order of a backtest passes through it. Whatever says VENUE is
//! what you change for yours.

use rialto::exchange::{
    Bucket, Endpoint, Exchange, FillReport, OrderIntent, OrderReport, Outputs, Request, Response,
    SignStep, Terms, VenueInstrument, VenueInstruments,
};
use rialto::json::{Object, Writer};
use rialto::{abi, decimal, Info, Setup};

// VENUE: where it is reached. The host refuses any request that is not declared in `endpoints`.
const HOST: &str = "paper.invalid";
const ORDERS: &str = "/v1/orders";
const CANCELS: &str = "/v1/cancels";

// VENUE: headers. The host puts the signature in the place of the zeros at the end.
const HEADERS: &str = "Content-Type: application/json\nX-Signature: \
    0000000000000000000000000000000000000000000000000000000000000000";
const SIGNATURE: u32 = HEADERS.len() as u32 - 64;

// VENUE: the signature is HMAC-SHA256 of path and body under a key that the host alone knows.
const STEPS: &[SignStep] = &[SignStep {
    operation: abi::SIGN_HMAC_SHA256,
    encoding: abi::ENCODE_HEX,
    ranges: &[abi::Range::whole(abi::PART_URL), abi::Range::whole(abi::PART_BODY)],
    key: "paper",
    insert: abi::Range::new(abi::PART_HEADERS, SIGNATURE, 64),
}];

/// The exchange.
struct Mine {
    instruments: VenueInstruments,
    body: Writer,
}

impl Exchange for Mine {
    const INFO: Info = Info {
        id: "{{id}}",
        version: "0.1.0",
        name: "{{name}}",
        summary: "Encodes orders for a venue and decodes its answers.",
        author: "Unknown",
        license: "Apache-2.0",
        parameters: &[],
    };

    fn new(setup: &Setup) -> Result<Self, String> {
        // VENUE: its name of an instrument, such as BTCUSD for BTC/USD.
        let instruments = VenueInstruments::new(setup, |one| Ok(one.name.clone()))?;
        Ok(Mine { instruments, body: Writer::default() })
    }

    fn endpoints(&self) -> Vec<Endpoint> {
        vec![Endpoint::trade("POST", HOST, ORDERS, 0), Endpoint::trade("POST", HOST, CANCELS, 0)]
    }

    fn buckets(&self) -> Vec<Bucket> {
        // VENUE: 100 requests at once, then 100 a second.
        vec![Bucket::new("orders", 100, 10_000_000)]
    }

    // VENUE: what an order looks like on the wire.
    fn encode(&mut self, intent: &OrderIntent, _: i64, nonce: u64, outputs: &mut Outputs) {
        let venue = match self.instruments.at(intent.instrument) {
            Some(venue) if intent.is_plain_order() || intent.kind == abi::INTENT_CANCEL => venue,
            _ => return outputs.reject(intent, abi::REASON_UNSUPPORTED),
        };
        let body = self.body.begin();
        body.text("client_id", &decimal::text(intent.client_id.into(), 0))
            .text("nonce", &decimal::text(nonce.into(), 0))
            .text("instrument", &venue.name);
        let is_order = intent.kind == abi::INTENT_ORDER;
        if is_order {
            write_terms(body, intent, venue);
        }
        outputs.request(&Request {
            id: nonce,
            endpoint: u32::from(!is_order),
            url: if is_order { ORDERS } else { CANCELS },
            headers: HEADERS,
            body: body.end(),
            steps: STEPS,
            bucket_cost: 1,
            ..Request::default()
        });
    }

    // The host compares these terms with the order before it sends anything, and reads the bytes at
    // the places for itself: take them from the bytes, never from memory.
    fn read_back(&self, url: &[u8], body: &[u8]) -> Option<Terms> {
        let is_order = url == ORDERS.as_bytes();
        if !is_order && url != CANCELS.as_bytes() {
            return None;
        }
        let object = Object::read(body)?;
        let venue = self.instruments.named(object.word("instrument")?)?;
        let price = object.units_or_zero("price", venue.instrument.price_decimals)?;
        let is_limit = object.word("type") == Some("limit");
        if is_order && is_limit != (price > 0) {
            return None; // What looks like one price would be sent as another
        }
        let part = abi::PART_BODY;
        let place = |key| abi::Range::of(object.word(key).unwrap_or("").as_bytes(), part, body);
        Some(Terms {
            kind: if is_order { abi::INTENT_ORDER } else { abi::INTENT_CANCEL },
            client_id: object.id("client_id")?,
            instrument: venue.instrument.index,
            side: if is_order { side(&object)? } else { 0 },
            price,
            quantity: object.units_or_zero("quantity", venue.instrument.quantity_decimals)?,
            instrument_place: place("instrument"),
            side_place: place("side"),
            price_place: place("price"),
            quantity_place: place("quantity"),
            client_id_place: place("client_id"),
        })
    }

    fn on_response(&mut self, response: &Response, outputs: &mut Outputs) {
        match self.answer(response) {
            Some((order, fill)) => {
                outputs.order(&order);
                if fill.quantity > 0 {
                    outputs.fill(&fill);
                }
            }
            None => {
                let line = "the answer is none that the venue documents";
                outputs.error(response.request_id, abi::REASON_VENUE, line);
            }
        }
    }
}

impl Mine {
    // VENUE: what an answer looks like. None when it is anything else, or contradicts itself.
    fn answer(&self, response: &Response) -> Option<(OrderReport, FillReport)> {
        let object = Object::read(response.body).filter(|_| response.is_success())?;
        let VenueInstrument { instrument, .. } =
            self.instruments.named(object.word("instrument")?)?;
        let (price, quantity) = (instrument.price_decimals, instrument.quantity_decimals);
        let state = state(object.word("status")?)?;
        let is_rejected = state == abi::ORDER_REJECTED;
        let order = OrderReport {
            client_id: object.id("client_id")?,
            instrument: instrument.index,
            side: side(&object)?,
            state,
            reason: if is_rejected { abi::REASON_VENUE } else { abi::REASON_NONE },
            price: object.units_or_zero("price", price)?,
            quantity: object.units("quantity", quantity)?,
            filled: object.units("filled", quantity)?,
            venue_time_ns: 0,
        };
        let fill = FillReport {
            client_id: order.client_id,
            instrument: order.instrument,
            side: order.side,
            price: object.units_or_zero("fill_price", price)?,
            quantity: object.units_or_zero("fill_quantity", quantity)?,
            fee: object.cash_or_zero("fee")?,
            venue_time_ns: 0,
        };
        let has_filled = state == abi::ORDER_PARTLY_FILLED || state == abi::ORDER_FILLED;
        let is_fill = fill.quantity > 0 && fill.price > 0 && fill.quantity <= order.filled;
        let is_none = fill.quantity == 0 && fill.price == 0;
        let is_whole = order.filled == order.quantity;
        let is_sound = order.quantity > 0
            && order.price >= 0
            && (0..=order.quantity).contains(&order.filled)
            && (if has_filled { is_fill } else { is_none })
            && is_whole == (state == abi::ORDER_FILLED);
        Some((order, fill)).filter(|_| is_sound)
    }
}

// VENUE: the terms of an order.
fn write_terms(body: &mut Writer, intent: &OrderIntent, venue: &VenueInstrument) {
    let VenueInstrument { instrument, .. } = venue;
    let is_limit = intent.order_type == abi::ORDER_LIMIT;
    body.text("side", if intent.side == abi::SELL { "sell" } else { "buy" })
        .text("type", if is_limit { "limit" } else { "market" })
        .text("lifetime", ["gtc", "ioc", "fok"][intent.time_in_force as usize])
        .text("quantity", &decimal::text(intent.quantity.into(), instrument.quantity_decimals));
    if is_limit {
        body.text("price", &decimal::text(intent.price.into(), instrument.price_decimals));
    }
}

fn side(object: &Object) -> Option<u32> {
    match object.word("side")? {
        "buy" => Some(abi::BUY),
        "sell" => Some(abi::SELL),
        _ => None,
    }
}

fn state(word: &str) -> Option<u32> {
    match word {
        "accepted" => Some(abi::ORDER_ACCEPTED),
        "partly_filled" => Some(abi::ORDER_PARTLY_FILLED),
        "filled" => Some(abi::ORDER_FILLED),
        "canceled" => Some(abi::ORDER_CANCELED),
        "rejected" => Some(abi::ORDER_REJECTED),
        _ => None,
    }
}

rialto::export!("{{id}}", "0.1.0", rialto::exchange::<Mine>());

#[cfg(test)]
mod tests {
    use super::*;
    use rialto::test_host::{cancel, order, TestExchange};

    #[test]
    fn an_order_goes_out_as_documented_and_its_answer_becomes_a_report_and_a_fill() {
        let mut host = TestExchange::new();
        host.instrument("BTC/USD", 2, 8);
        assert_eq!(host.create(rialto_plugin_entry, 0), Ok(()));

        // The test host also reads the order back from the bytes, as the real one does.
        let request = host.encode(&order(42, 0, abi::SELL, 1_050_000, 6_500_001)).unwrap();
        assert_eq!(request.url, "/v1/orders");
        assert_eq!(
            request.body,
            "{\"client_id\":\"42\",\"nonce\":\"1\",\"instrument\":\"BTC/USD\",\"side\":\"sell\",\
             \"type\":\"limit\",\"lifetime\":\"gtc\",\"quantity\":\"0.01050000\",\
             \"price\":\"65000.01\"}"
        );
        assert_eq!(host.encode(&cancel(42, 0)).unwrap().url, "/v1/cancels");

        let answer = "{\"client_id\":\"42\",\"status\":\"filled\",\"instrument\":\"BTC/USD\",\
            \"side\":\"sell\",\"quantity\":\"0.0105\",\"filled\":\"0.0105\",\
            \"fill_quantity\":\"0.0105\",\"fill_price\":\"65000.02\",\"fee\":\"0.25\"}";
        let said = host.respond(200, answer.as_bytes()).unwrap();
        assert_eq!((said[0].client_id, said[0].state), (42, abi::ORDER_FILLED));
        assert_eq!((said[0].filled, said[1].quantity), (1_050_000, 1_050_000));
        assert_eq!((said[1].price, said[1].fee), (6_500_002, 250_000_000_000_000_000));

        let said = host.respond(200, b"{}").unwrap();
        assert_eq!(said[0].kind, abi::OUTPUT_ERROR);
    }
}
