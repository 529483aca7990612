// The least that a program with blessed can show: what starting Node and blessed costs by themselves.
import blessed from 'blessed';

const screen = blessed.screen({ smartCSR: true });
screen.append(blessed.box({ content: 'hello from blessed' }));
screen.render();
