import { every, type RateLimit, TokenBuckets } from './token-buckets.ts';

/** Every limit on how often (relay.md, section 2); 0 switches one off. */
export interface RateLimitOptions {
  readonly handshakesPerMinute: number;
  readonly socketsPerAddress: number;
  readonly registrationsPerHour: number;
  readonly sendBurst: number;
  readonly sendsPerSecond: number;
  readonly initialsPerHour: number;
  readonly bundlesPerPair: number;
  readonly bundlesPerTarget: number;
  readonly lookupsPerHour: number;
  readonly uploadsPerHour: number;
  readonly blobsPerHour: number;
  readonly blobRequestsPerMinute: number;
}

export const DEFAULT_RATE_LIMITS: RateLimitOptions = {
  handshakesPerMinute: 20,
  socketsPerAddress: 50,
  registrationsPerHour: 5,
  sendBurst: 300,
  sendsPerSecond: 20,
  initialsPerHour: 600,
  bundlesPerPair: 6,
  bundlesPerTarget: 30,
  lookupsPerHour: 300,
  uploadsPerHour: 60,
  blobsPerHour: 600,
  blobRequestsPerMinute: 1_200,
};

const MINUTE_S = 60;
const HOUR_S = 3_600;

/** The relay's token buckets, one kind a limit. */
export interface RateLimits {
  readonly handshakes: TokenBuckets;
  readonly registrations: TokenBuckets;
  readonly sends: TokenBuckets;
  readonly initials: TokenBuckets;
  readonly bundlesOfPair: TokenBuckets;
  readonly bundlesOfTarget: TokenBuckets;
  readonly lookups: TokenBuckets;
  readonly uploads: TokenBuckets;
  readonly blobs: TokenBuckets;
  readonly blobRequests: TokenBuckets;
}

export function createRateLimits(options: RateLimitOptions): RateLimits {
  const sends: RateLimit = { burst: options.sendBurst, perSecond: options.sendsPerSecond };
  return {
    handshakes: new TokenBuckets(every(options.handshakesPerMinute, MINUTE_S)),
    registrations: new TokenBuckets(every(options.registrationsPerHour, HOUR_S)),
    sends: new TokenBuckets(sends),
    initials: new TokenBuckets(every(options.initialsPerHour, HOUR_S)),
    bundlesOfPair: new TokenBuckets(every(options.bundlesPerPair, 10 * MINUTE_S)),
    bundlesOfTarget: new TokenBuckets(every(options.bundlesPerTarget, HOUR_S)),
    lookups: new TokenBuckets(every(options.lookupsPerHour, HOUR_S)),
    uploads: new TokenBuckets(every(options.uploadsPerHour, HOUR_S)),
    blobs: new TokenBuckets(every(options.blobsPerHour, HOUR_S)),
    blobRequests: new TokenBuckets(every(options.blobRequestsPerMinute, MINUTE_S)),
  };
}
