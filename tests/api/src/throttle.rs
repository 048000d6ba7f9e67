//! The token bucket of API Gateway: so many requests a second, and so many at once.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Instant;

use serde_json::Value;

use crate::template::template;

/// How much may come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// Requests a second.
    pub rate: f64,
    /// Requests at once.
    pub burst: f64,
}

/// A bucket that fills by time and is emptied by requests. Time is given, so that a minute can be played at once.
#[derive(Debug, Clone)]
pub struct Bucket {
    limit: Limit,
    tokens: f64,
    /// Seconds, from wherever the caller counts.
    at: f64,
}

impl Bucket {
    /// A full one.
    pub fn full(limit: Limit) -> Self {
        Self { limit, tokens: limit.burst, at: 0.0 }
    }

    /// Whether a request may come at an instant.
    pub fn takes(&mut self, at: f64) -> bool {
        self.tokens = (self.tokens + (at - self.at).max(0.0) * self.limit.rate).min(self.limit.burst);
        self.at = self.at.max(at);
        let takes = self.tokens >= 1.0;
        if takes {
            self.tokens -= 1.0;
        }
        takes
    }
}

/// What API Gateway holds back: one bucket for a route with figures of its own, one for all the others.
pub struct Throttle {
    since: Instant,
    others: Mutex<Bucket>,
    routes: HashMap<String, Mutex<Bucket>>,
}

impl Throttle {
    /// As the template says, with its parameters' defaults.
    pub fn of_the_template() -> Self {
        let api = &template()["Resources"]["Api"]["Properties"];
        let routes = api["RouteSettings"].as_object().unwrap();
        let routes =
            routes.iter().map(|(route, settings)| (route.clone(), Mutex::new(Bucket::full(limit(settings)))));
        let others = Mutex::new(Bucket::full(limit(&api["DefaultRouteSettings"])));
        Self { since: Instant::now(), others, routes: routes.collect() }
    }

    /// Other figures, for all routes without their own.
    pub fn set(&self, limit: Limit) {
        let mut bucket = Bucket::full(limit);
        bucket.at = self.since.elapsed().as_secs_f64();
        *self.others.lock().unwrap() = bucket;
    }

    /// Nothing is held back any more, for a test that asks more than anybody would.
    pub fn lift(&self) {
        let everything = Limit { rate: f64::MAX, burst: f64::MAX };
        self.set(everything);
        self.routes.values().for_each(|bucket| *bucket.lock().unwrap() = Bucket::full(everything));
    }

    /// Whether a request may come now.
    pub fn takes(&self, route: &str) -> bool {
        let bucket = self.routes.get(route).unwrap_or(&self.others);
        bucket.lock().unwrap().takes(self.since.elapsed().as_secs_f64())
    }
}

/// The template's figures for routes without their own.
pub fn usual() -> Limit {
    limit(&template()["Resources"]["Api"]["Properties"]["DefaultRouteSettings"])
}

fn limit(settings: &Value) -> Limit {
    let figure = |name: &str| {
        let value = &settings[name];
        let parameter = value["!Ref"].as_str();
        parameter.map_or(value, |parameter| &template()["Parameters"][parameter]["Default"]).as_f64().unwrap()
    };
    Limit { rate: figure("ThrottlingRateLimit"), burst: figure("ThrottlingBurstLimit") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_takes_what_is_in_it_and_fills_by_time() {
        let mut bucket = Bucket::full(Limit { rate: 2.0, burst: 3.0 });
        let taken = |bucket: &mut Bucket, at: f64| (0..10).filter(|_| bucket.takes(at)).count();
        assert_eq!(taken(&mut bucket, 0.0), 3, "what is there at once");
        assert_eq!(taken(&mut bucket, 1.0), 2, "what has come in a second");
        assert_eq!(taken(&mut bucket, 60.0), 3, "never more than it holds");
    }

    #[test]
    fn the_templates_figures_are_read() {
        assert!(usual().rate >= 400.0 && usual().burst >= 200.0, "{:?}", usual());
        let throttle = Throttle::of_the_template();
        let sent = (0..100).filter(|_| throttle.takes("POST /api/batches/{batch}/roster")).count();
        assert!((10..15).contains(&sent), "a route of its own figures: {sent}");
    }
}
