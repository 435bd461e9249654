/**
 * Traces to whatever OTEL_EXPORTER_OTLP_ENDPOINT names, for hosts that want them. Copy this file into a folder of its own, install the SDK
 * there (npm install @opentelemetry/sdk-node@0.223.0 @opentelemetry/api@1.9.1; later ones ask for Node 22), and start the service with
 * NODE_OPTIONS="--import /opt/otel/tracing.mjs". No instrumentations: those of HTTP write down whole addresses, and a webhook's address, a
 * client's link and a button's hold secrets.
 */
import { NodeSDK } from '@opentelemetry/sdk-node';

const sdk = new NodeSDK({ instrumentations: [] });
sdk.start();
// What the last seconds held leaves before the process does.
process.once('SIGTERM', () => setTimeout(() => sdk.shutdown(), 1500));
