/**
 * The host of the panel's frame: hands it tickets, lets it grow, opens what it asks for.
 *
 * It speaks with one frame at one exact origin. What it hands over lives a minute; the secret
 * that signs it never leaves the server.
 */
( function () {
	'use strict';

	const SILENT_AFTER = 10000;
	// A frame that takes no ticket at all must not ask for ever.
	const TICKETS = { most: 3, within: 15000 };
	const HEIGHTS = { least: 160, most: 6000 };

	class Panel {
		constructor( element ) {
			const told = element.dataset;
			this.element = element;
			this.frame = element.querySelector( 'iframe' );
			this.button = element.querySelector( 'button' );
			this.origin = told.tillsideOrigin;
			this.source = told.tillsideSrc;
			this.admin = new URL( told.tillsideAdmin );
			this.order = told.tillsideOrder || null;
			this.customer = told.tillsideCustomer || null;
			this.timer = 0;
			this.given = [];
			this.attempt = 0;
			window.addEventListener( 'message', ( event ) => this.hear( event ) );
			this.button.addEventListener( 'click', () => this.open() );
		}

		open() {
			this.attempt += 1;
			this.given = [];
			this.tell( null );
			window.clearTimeout( this.timer );
			this.timer = window.setTimeout( () => this.tell( 'silent' ), SILENT_AFTER );
			this.frame.src = this.source;
		}

		hear( event ) {
			if ( event.origin !== this.origin || event.source !== this.frame.contentWindow ) {
				return;
			}
			const said = event.data;
			if ( ! said || typeof said !== 'object' ) {
				return;
			}
			if ( said.type === 'tillside:ready' ) {
				window.clearTimeout( this.timer );
				this.tell( null );
				this.sendTicket();
			} else if ( said.type === 'tillside:expired' ) {
				this.renewTicket();
			} else if ( said.type === 'tillside:resize' ) {
				this.resize( said.height );
			} else if ( said.type === 'tillside:open' ) {
				this.openAddress( said.url );
			}
		}

		renewTicket() {
			const since = Date.now() - TICKETS.within;
			this.given = this.given.filter( ( at ) => at > since );
			if ( this.given.length >= TICKETS.most ) {
				this.tell( 'expired' );
			} else {
				this.sendTicket();
			}
		}

		async sendTicket() {
			const attempt = this.attempt;
			this.given.push( Date.now() );
			const data = {};
			if ( this.order ) {
				data.order = Number( this.order );
			}
			if ( this.customer ) {
				data.customer = Number( this.customer );
			}
			try {
				const given = await window.wp.apiFetch( {
					path: '/tillside/v1/ticket',
					method: 'POST',
					data,
				} );
				if ( attempt === this.attempt ) {
					this.post( given.ticket );
				}
			} catch ( error ) {
				if ( attempt === this.attempt ) {
					this.tell( error && error.code === 'fetch_error' ? 'offline' : 'refused' );
				}
			}
		}

		post( ticket ) {
			const { order, customer } = this;
			this.frame.contentWindow.postMessage(
				{ type: 'tillside:ticket', ticket, order, customer },
				this.origin
			);
		}

		resize( height ) {
			if ( Number.isFinite( height ) ) {
				const fit = Math.min( Math.max( height, HEIGHTS.least ), HEIGHTS.most );
				this.frame.style.blockSize = Math.ceil( fit ) + 'px';
			}
		}

		openAddress( url ) {
			let address;
			try {
				address = new URL( url );
			} catch ( error ) {
				return;
			}
			const { origin, pathname } = this.admin;
			if ( address.origin === origin && address.pathname.startsWith( pathname ) ) {
				// A page of its own: what was typed into this one isn't lost.
				if ( ! window.open( address.href, '_blank' ) ) {
					window.location.assign( address.href );
				}
			}
		}

		tell( reason ) {
			for ( const notice of this.element.querySelectorAll( '[data-tillside-notice]' ) ) {
				notice.hidden = notice.dataset.tillsideNotice !== reason;
			}
			this.button.hidden = reason === null;
			this.element.classList.toggle( 'tillside-panel--told', reason !== null );
		}
	}

	for ( const element of document.querySelectorAll( '.tillside-panel' ) ) {
		new Panel( element ).open();
	}
} )();
