import { printable } from '../../src/commands/telling/writing';

test('what somebody put into a name or a reason does not steer the terminal that shows it', () => {
  expect(printable('\u001b[2J\u001b]0;x\u0007\r\u009b1mname\u202e')).toBe(
    '\\u001b[2J\\u001b]0;x\\u0007\\u000d\\u009b1mname\\u202e',
  );
});

test('letters, lines and columns are printed as they are', () => {
  const text = 'ТОО «Жұлдыз» 🚀\tтекст\n  next line — №1\n';
  expect(printable(text)).toBe(text);
});
