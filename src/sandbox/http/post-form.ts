import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** Posts forms to handlers as the cloud queue does; a handler that is late or away simply loses the call. */
export class FormPoster {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  /** The answer's status; 0: none within `timeoutMs`. The answer's body is not read. */
  post(url: string, body: string, timeoutMs: number): Promise<number> {
    const secure = url.startsWith('https:');
    const send = secure ? httpsRequest : httpRequest;
    return new Promise((resolve) => {
      const request = send(url, {
        method: 'POST',
        ...(secure ? {} : { agent: this.#agent }),
        timeout: timeoutMs,
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded',
          'Content-Length': Buffer.byteLength(body),
        },
      });
      request.on('response', (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      request.on('timeout', () => {
        request.destroy();
        resolve(0);
      });
      request.on('error', () => resolve(0));
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

export const isDelivered = (status: number): boolean => status >= 200 && status < 300;
