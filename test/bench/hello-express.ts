/** The yardstick of the start-up: Express that says hello, started in the same way. */
import express from 'express';

const app = express();
app.get('/readyz', (_req, res) => {
  res.json({ status: 'ok' });
});
app.listen(Number(process.env['PORT']), '127.0.0.1');
